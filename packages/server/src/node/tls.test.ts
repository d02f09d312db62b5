// Goal: a node speaks HTTPS with the certificate it is given, takes a renewed one without a restart and keeps the old one when
// the new cannot be used; without TLS it listens beyond loopback only behind a proxy, and believes named proxies alone.
// Method: certificates made by openssl, real connections.
import { execFileSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, expect, it } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { createApp } from '../http/app.ts';
import { silentLogger } from '../logging/logger.ts';
import { createTestNode, testConfig } from '../testing/test-node.ts';
import { readTls, watchTls } from './tls.ts';

const root = mkdtempSync(join(tmpdir(), 'hefu-tls-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const LOOK_MS = 20;
/** Where Fastify tells of every request that it hands to a route. */
const HANDLER_CHANNEL = 'tracing:fastify.request.handler:start';

function makeCertificate(name: string): void {
  const out = (ending: string): string => join(root, `${name}.${ending}`);
  execFileSync(
    'openssl',
    // prettier-ignore
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
     '-subj', `/CN=${name}`, '-keyout', out('key'), '-out', out('crt')],
    { stdio: 'pipe' },
  );
}

function use(name: string): void {
  copyFileSync(join(root, `${name}.key`), join(root, 'used.key'));
  copyFileSync(join(root, `${name}.crt`), join(root, 'used.crt'));
}

/** The name in the certificate that a server shows. */
async function shownName(port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
    const { CN: name } = socket.getPeerCertificate().subject;
    resolve(typeof name === 'string' ? name : '');
    socket.end();
  });
  socket.on('error', reject);
  return promise;
}

it('shows its certificate, then the renewed one, and keeps it when the next cannot be used', async () => {
  makeCertificate('first');
  makeCertificate('second');
  use('first');
  const flags = {
    'http.tlsCertFile': join(root, 'used.crt'),
    'http.tlsKeyFile': join(root, 'used.key'),
    'http.host': '0.0.0.0',
  };
  const config = testConfig(flags);
  await using node = await createTestNode();
  const tls = readTls(config);
  if (tls === undefined) throw new Error('no certificate');
  const app = await createApp({
    host: node.host,
    config,
    tls,
    logger: silentLogger(),
    clock: { nowMs: () => 0 },
  });
  const told: string[] = [];
  const logger = {
    ...silentLogger(),
    info: (_fields: object, sentence: string) => void told.push(sentence),
    error: (_fields: object, sentence: string) => void told.push(sentence),
  };
  using _watch = watchTls(app.server as unknown as Server, config, logger, { lookMs: LOOK_MS });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  expect(url).toMatch(/^https:/);
  const port = Number(new URL(url).port);
  expect(await shownName(port)).toBe('first');
  use('second');
  await expect.poll(async () => shownName(port)).toBe('second');
  writeFileSync(join(root, 'used.crt'), 'no certificate');
  await expect.poll(() => told).toContain('certificate cannot be used');
  expect(await shownName(port)).toBe('second');
  expect(() => readTls(config)).toThrow(expect.objectContaining({ code: 'tls-invalid' }));
  await app.close();
});

it('listens beyond loopback with TLS or behind a proxy alone', () => {
  const beyond = { 'http.host': '0.0.0.0' };
  const code = (flags: Readonly<Record<string, unknown>>): string | undefined => {
    const loaded = loadConfig({ flags });
    return loaded.ok ? undefined : loaded.faults[0]?.code;
  };
  expect(code(beyond)).toBe('config-host-not-loopback');
  expect(code({ ...beyond, 'http.behindProxy': true })).toBeUndefined();
  expect(code({ 'http.tlsCertFile': 'a.pem' })).toBe('config-value-invalid');
  expect(code({ ...beyond, 'http.tlsCertFile': 'a', 'http.tlsKeyFile': 'b' })).toBeUndefined();
  expect(code({ 'http.trustedProxies': 'everybody' })).toBe('config-value-invalid');
});

it('believes what named proxies forward, and nobody else', async () => {
  for (const [trustedProxies, ip] of [
    ['127.0.0.1', '203.0.113.9'],
    ['10.0.0.0/8', '127.0.0.1'],
  ] as const) {
    await using node = await createTestNode();
    const app = await createApp({
      host: node.host,
      config: testConfig({ 'http.behindProxy': true, 'http.trustedProxies': trustedProxies }),
      logger: silentLogger(),
      clock: { nowMs: () => 0 },
    });
    const seen: string[] = [];
    const note = (message: unknown): void => {
      seen.push((message as { request: { ip: string } }).request.ip);
    };
    subscribe(HANDLER_CHANNEL, note);
    await app.inject({ url: '/livez', headers: { 'x-forwarded-for': '203.0.113.9' } });
    unsubscribe(HANDLER_CHANNEL, note);
    expect(seen, trustedProxies).toEqual([ip]);
    await app.close();
  }
});

// Goal: over TLS nothing older than 1.2 is spoken and no weak suite, and whoever comes by TLS is told to stay with it. Method: a real node
// with a certificate made by openssl; clients that offer one version or suite each.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { initData, startNode } from '@hefu/server';
import type { RunningNode } from '@hefu/server';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'hefu-tls-'));
let node: RunningNode;

beforeAll(async () => {
  const [key, crt] = [join(root, 'key.pem'), join(root, 'crt.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const made = ['req', '-x509', ...curve, '-subj', '/CN=localhost', '-keyout', key, '-out', crt];
  execFileSync('openssl', made, { stdio: 'pipe' });
  const environment = { HEFU_MASTER_KEY_FILE: join(root, 'master.key') };
  const directory = join(root, 'data');
  initData({ directory, suite: 'international', consortium: 'sample', environment });
  const flags = { 'http.port': 0, 'http.tlsCertFile': crt, 'http.tlsKeyFile': key };
  node = await startNode({
    directory,
    environment,
    flags,
    logDestination: { write: () => undefined },
  });
});
afterAll(async () => {
  await node.close();
  rmSync(root, { recursive: true, force: true });
});

/** The version and suite that a client gets, or why it gets none. */
async function spoken(options: ConnectionOptions): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const { port, hostname } = new URL(node.url);
  const socket = connect(
    { port: Number(port), host: hostname, rejectUnauthorized: false, ...options },
    () => {
      resolve(`${socket.getProtocol()} ${socket.getCipher().name}`);
      socket.destroy();
    },
  );
  socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  return promise;
}

it('the newest version is taken, with a suite of forward secrecy', async () => {
  expect(await spoken({})).toMatch(/^TLSv1\.3 TLS_(?:AES|CHACHA20)/);
  expect(await spoken({ maxVersion: 'TLSv1.2' })).toMatch(
    /^TLSv1\.2 ECDHE-ECDSA-(?:AES\d+-GCM|CHACHA20)/,
  );
});

it.each(['TLSv1.1', 'TLSv1'] as const)('%s is not spoken', async (version) => {
  // The client allows whatever it can, so that it is the node that refuses.
  const offered = {
    minVersion: version,
    maxVersion: version,
    ciphers: 'DEFAULT@SECLEVEL=0',
  } as const;
  expect(await spoken(offered)).toMatch(/^(?:ERR_SSL|ECONNRESET|EPROTO)/);
});

it.each(['RC4-SHA', 'DES-CBC3-SHA', 'NULL-SHA256', 'AES128-SHA', 'ADH-AES128-SHA256'])(
  'the suite %s is not taken',
  async (ciphers) => {
    const offered = { maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` } as const;
    let answer;
    try {
      answer = await spoken(offered);
    } catch (error) {
      // Not even this OpenSSL knows it any more.
      answer = String((error as NodeJS.ErrnoException).code);
    }
    expect(answer).toMatch(/^(?:ERR_SSL|ECONNRESET|EPROTO)/);
  },
);

it('the browser is told to stay with TLS', async () => {
  const told = await new Promise<string>((resolve, reject) => {
    get(`${node.url}/livez`, { rejectUnauthorized: false }, (answer) => {
      answer.resume();
      resolve(String(answer.headers['strict-transport-security']));
    }).on('error', reject);
  });
  expect(told).toBe('max-age=63072000; includeSubDomains');
});

// Goal: nothing that a stranger writes makes a line of the log or the trail, a header of an answer, or a file of the node. Method: a real
// node that logs every request; what breaks other programs in every place that takes text, as raw bytes; then the log, the trail and the
// folder are looked at.
import { connect } from 'node:net';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsonLines, Sandbox } from '../e2e/sandbox.ts';

const sandbox = new Sandbox();
let url = '';
let token = '';

beforeAll(async () => {
  await sandbox.must('init');
  sandbox.env['HEFU_LOG__LEVEL'] = 'debug';
  ({ url } = await sandbox.start());
  ({ token } = JSON.parse(readFileSync(join(sandbox.data, 'credentials.json'), 'utf8')) as {
    readonly token: string;
  });
});
afterAll(async () => sandbox[Symbol.asyncDispose]());

/** What comes back to some bytes. */
async function sendRaw(text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.write(text);
  await new Promise((resolve) => {
    socket.once('close', resolve);
  });
  return answer;
}

/** A line as our log and trail have them, and what would begin one. */
const FORGED = '{"level":"error","msg":"FORGED"}';
const LINES = [
  `a\r\n${FORGED}`,
  `a\n${FORGED}`,
  `a\u2028${FORGED}`,
  `a\u0085${FORGED}`,
  `\u001B[2K\r${FORGED}`,
];

it('the log has a line for each request, whatever is in it', async () => {
  for (const line of LINES) {
    const encoded = encodeURIComponent(line);
    for (const path of [
      `/v1/statements/${encoded}`,
      `/v1/evidence?case=${encoded}`,
      `/${encoded}`,
    ]) {
      const answer = await fetch(`${url}${path}`);
      expect(answer.status).toBeGreaterThanOrEqual(200);
      await answer.text();
    }
    const utf8 = Buffer.from(line.replaceAll(/[\r\n]/g, ' ')).toString('latin1');
    await sendRaw(
      `GET /v1/chain HTTP/1.1\r\nHost: a\r\nConnection: close\r\nUser-Agent: ${utf8}\r\ntraceparent: ${utf8}\r\n\r\n`,
    );
    await sendRaw(`${utf8} /v1/chain HTTP/1.1\r\n\r\n`);
  }
  const lines = readFileSync(join(sandbox.data, 'node.log'), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  expect(lines.length).toBeGreaterThan(LINES.length);
  for (const line of lines) {
    const { msg, level } = JSON.parse(line) as { readonly msg: string; readonly level: string };
    expect(msg).not.toContain('FORGED');
    expect(level, line).not.toBe('error');
    expect(line).not.toMatch(/\p{Cc}/u);
  }
});

it('the trail has no line and no control character of a stranger', async () => {
  for (const line of LINES) {
    await fetch(`${url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: line, password: line }),
    });
    const made = await fetch(`${url}/v1/accounts/keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ name: line, roles: ['read-only'] }),
    });
    expect(made.status).toBe(422);
  }
  const shown = await sandbox.must('account', 'audit', '--limit', '100');
  expect(shown.stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  expect(shown.stdout).not.toContain('FORGED');
  const lines = jsonLines<{ action: string }>(
    (await sandbox.must('account', 'audit', '--limit', '100', '--json')).stdout,
  );
  expect(lines.some(({ action }) => action === 'session.begin')).toBe(true);
});

it('no answer has a header that a request wrote', async () => {
  const planted = 'x%0d%0aX-Planted:%201';
  for (const target of [
    `/v1/chain?lang=${planted}`,
    `/problems/${planted}`,
    `/v1/statements/${planted}`,
    `/${planted}`,
  ]) {
    const answer = await sendRaw(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    const [head = ''] = answer.split('\r\n\r\n');
    expect(head, target).toMatch(/^HTTP\/1\.1 [24]\d\d /);
    expect(head.toLowerCase(), target).not.toContain('x-planted');
  }
  // A line break within a header is none of a request.
  const folded = await sendRaw('GET /v1/chain HTTP/1.1\r\nHost: a\r\nX-A: b\n c\0\r\n\r\n');
  expect(folded).toMatch(/^HTTP\/1\.1 400 /);
  // A host that is not ours gets into no address that others are sent to.
  const link = await sendRaw(
    'GET /v1/evidence?limit=1 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
  );
  expect(link.split('\r\n\r\n')[0]).not.toContain('evil.example');
});

it('two lengths of one body are none', async () => {
  const smuggled = 'GET /v1/session HTTP/1.1\r\nHost: a\r\n\r\n';
  const both = `POST /v1/statements HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`;
  expect(await sendRaw(both)).toMatch(/^HTTP\/1\.1 400 /);
  const twice = `POST /v1/statements HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`;
  const answer = await sendRaw(twice);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
});

it('no path leads to a file', async () => {
  const wanted = readFileSync(join(sandbox.data, 'credentials.json'), 'utf8');
  const ways = [
    '../'.repeat(8),
    '..%2f'.repeat(8),
    '%2e%2e/'.repeat(8),
    '..%5c'.repeat(8),
    '..%c0%af'.repeat(8),
    '....//'.repeat(8),
  ];
  for (const way of ways) {
    for (const base of [
      '/log/tile/',
      '/v1/attachments/',
      '/v1/vault/objects/',
      '/chains/',
      '/problems/',
      '/verify/',
      '/',
    ]) {
      const target = `${base}${way}data/credentials.json`;
      const answer = await sendRaw(
        `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n\r\n`,
      );
      expect(answer, target).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer, target).not.toContain(token);
      const body =
        'PUT' +
        ` ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/octet-stream\r\nContent-Length: 1\r\n\r\na`;
      expect(await sendRaw(body), target).toMatch(/^HTTP\/1\.1 4\d\d /);
    }
  }
  expect(readFileSync(join(sandbox.data, 'credentials.json'), 'utf8')).toBe(wanted);
  expect(readdirSync(sandbox.root).toSorted()).toEqual(['data', 'master.key']);
  expect(existsSync(join(sandbox.root, 'credentials.json'))).toBe(false);
});

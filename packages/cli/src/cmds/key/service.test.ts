// Goal: a member whose key lies at a signing service deposits, by the command and by the node that signs for it; a service that
// refuses is answered as unavailable, and nothing is submitted. Method: a service on a socket, a real node of the GM suite, SM2.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSigningService } from '@hefu/keystore/testing';
import type { SigningService } from '@hefu/keystore/testing';
import type { RunningNode } from '@hefu/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestPlace } from '../../testing/test-node.ts';

const MEMBER = 'lanhe-dairy/clerk';

describe('a member with a key at a signing service', () => {
  let place: TestPlace;
  let service: SigningService;
  let node: RunningNode;
  let key = '';
  beforeAll(async () => {
    const socketPath = join(tmpdir(), `hefu-signing-${process.pid.toString()}.sock`);
    service = await startSigningService({ socketPath });
    place = new TestPlace({ HEFU_SIGNER__URL: `unix:${socketPath}` });
    await place.must('init', '--sample', '--suite', 'gm');
    node = await place.start();
    const imported = await place.must(
      'key',
      'import',
      '--service',
      'sm2',
      '--member',
      'clerk',
      '--json',
    );
    const { id } = JSON.parse(imported.out) as { id: string };
    await place.must('member', 'add', 'clerk', '--kind', 'person', '--key', id);
    const made = await place.must(
      'account',
      'key',
      '--role',
      'member',
      '--member',
      MEMBER,
      '--json',
    );
    ({ key } = JSON.parse(made.out) as { key: string });
  });
  afterAll(async () => {
    await place[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
  });

  async function call(hex: string): Promise<readonly [number, string]> {
    const args = { member: MEMBER, algorithm: 'sm2', publicKey: hex, purpose: 'transport' };
    const answer = await fetch(`${node.url}/v1/calls`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ contract: 'membership', method: 'addKey', args }),
    });
    return [answer.status, ((await answer.json()) as { code: string }).code];
  }

  it('deposits, and the receipt verifies', async () => {
    expect((await place.must('key', 'list')).out).toContain('at the signing service as sm2');
    const paper = place.path('paper.txt');
    writeFileSync(paper, 'signed elsewhere');
    const out = place.path('receipts');
    await place.must('evidence', 'deposit', paper, '--as', 'clerk', '--out', out);
    expect((await place.must('verify', out, '--json')).out).toContain('"ok":true');
  });

  it('is signed for by the node, as far as the service lets it', async () => {
    expect(await call('00'.repeat(65))).toEqual([202, 'membership/key-invalid']);
    service.answer = (response) => void response.writeHead(403).end();
    expect(await call('01'.repeat(65))).toEqual([503, 'signer-unavailable']);
    service.answer = undefined;
    expect(await call('02'.repeat(65))).toEqual([202, 'membership/key-invalid']);
  });

  it('is told what is wrong with the service', async () => {
    const unknown = await place.run('key', 'import', '--service', 'nobody', '--member', 'clerk');
    expect([unknown.exit, unknown.err]).toEqual([4, expect.stringContaining('service-refused')]);
    const both = ['key', 'import', 'x.pem', '--service', 'sm2', '--member', 'clerk'];
    expect((await place.run(...both)).exit).toBe(2);
  });
});

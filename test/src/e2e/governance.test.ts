// Goal: a consortium changes itself by vote, without a file edited: a new organisation joins, its member deposits with a key that the node
// never saw, and what was decided is in force. Method: the real program and a real node; the commands of the organisations whose keys the
// sample holds, the SDK for the one whose keys are elsewhere, with every read proven.
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { connect, createSigner, ProblemError } from '@hefu/sdk';
import type { Signer } from '@hefu/sdk';
import { privateKeyFromPkcs8, publicKeyFromSpki } from '@hefu/crypto/keys';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsonLines, jsonOf, Sandbox } from './sandbox.ts';
import type { Ran } from './sandbox.ts';

const sandbox = new Sandbox();
let url = '';

beforeAll(async () => {
  await sandbox.must('init');
  ({ url } = await sandbox.start());
});
afterAll(async () => sandbox[Symbol.asyncDispose]());

interface Told {
  readonly proposal: string;
  readonly status: string;
  readonly votes: { readonly yes: number; readonly no: number };
}

async function told(...words: readonly string[]): Promise<Told> {
  return jsonOf<Told>((await sandbox.must('proposal', ...words, '--json')).stdout);
}

function codeOf(ran: Ran): string {
  return jsonOf<{ error: { code: string } }>(ran.stderr).error.code;
}

/** Proposes what a list of actions says. */
async function propose(actions: readonly object[], ...words: readonly string[]): Promise<Told> {
  writeFileSync(sandbox.path('actions.json'), JSON.stringify(actions));
  return told('create', '--actions', 'actions.json', ...words);
}

/** A key pair made elsewhere: the public half as a PEM file in the sandbox, the private one as a signer. */
function keyOf(member: string, file: string): { signer: Signer; publicKey: Uint8Array } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ format: 'pem', type: 'spki' });
  writeFileSync(sandbox.path(file), pem);
  const secret = privateKeyFromPkcs8(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const open = publicKeyFromSpki(pem);
  if (!secret.ok || !open.ok) throw new Error('a key that Node made is not read');
  const { algorithm, privateKey: bytes } = secret;
  const signer = createSigner({ member, algorithm, privateKey: bytes, hashName: 'sha256' });
  return { signer, publicKey: open.publicKey };
}

it('an organisation joins by proposal and vote, and its member deposits', async () => {
  // One operator's chain becomes a consortium's: the operator gives its sole say away.
  const majority = [{ method: 'setGovernance', args: { policy: { kind: 'majority' } } }];
  expect(await propose(majority)).toMatchObject({ status: 'carried', votes: { yes: 1 } });
  const alone = await sandbox.run('org', 'add', 'harbour', '--json');
  expect([alone.exit, codeOf(alone)]).toEqual([4, 'not-permitted']);

  const ann = keyOf('harbour/ann', 'ann.pem');
  const made = await told(
    ...'create --admit harbour --name Harbour --admin ann --public-key ann.pem'.split(' '),
    ...'--title Joining --as kite-freight/admin'.split(' '),
  );
  expect(made).toMatchObject({ status: 'open', votes: { yes: 1, no: 0 } });
  const open = await sandbox.must('proposal', 'list', '--status', 'open', '--json');
  expect(jsonLines(open.stdout)).toMatchObject([{ id: made.proposal, title: 'Joining' }]);
  const short = made.proposal.slice(0, 12);
  expect(await told('vote', short, 'no')).toMatchObject({ status: 'open', votes: { no: 1 } });
  const again = await sandbox.run('proposal', 'vote', short, 'no', '--json');
  expect([again.exit, codeOf(again)]).toEqual([4, 'membership/already-voted']);
  expect(await told('vote', short, 'yes')).toMatchObject({ status: 'carried' });
  const shown = (await sandbox.must('proposal', 'show', short)).stdout;
  for (const each of ['carried', 'addOrganisation', 'appointAdmin', 'kite-freight/admin']) {
    expect(shown).toContain(each);
  }

  const client = await connect({ url });
  const dock = keyOf('harbour/dock', 'dock.pem');
  const added = await client.members.call(ann.signer, 'addMember', {
    member: 'harbour/dock',
    kind: 'device',
    roles: ['depositor'],
    key: { algorithm: 'ed25519', publicKey: dock.publicKey },
  });
  expect(added.code).toBe('ok');

  // Decided together: who deposits, how much, how often a block is made.
  const rules = await propose([
    {
      method: 'setMethodPolicy',
      args: {
        contract: 'evidence',
        method: 'deposit',
        policy: { kind: 'role', roles: ['depositor'] },
      },
    },
    { method: 'setParameters', args: { organisationStatementsPerDayMax: 2, heartbeatMs: 30_000 } },
  ]);
  expect(rules.status).toBe('open');
  // Of four organisations now, two are no majority.
  expect((await told('vote', rules.proposal, 'yes', '--as', 'kite-freight/admin')).status).toBe(
    'open',
  );
  const carried = await client.governance.vote(ann.signer, rules.proposal, 'yes');
  expect(carried.code).toBe('ok');
  await client.waitForReads(carried.height);
  expect((await client.governance.proposal(rules.proposal)).status).toBe('carried');
  const votes = [];
  for await (const { organisation } of client.governance.votes(rules.proposal)) {
    votes.push(organisation);
  }
  expect(votes).toEqual(['harbour', 'kite-freight', 'lanhe-dairy']);

  // What was proposed through the SDK is open to all, until it is taken back.
  const idea = await client.governance.propose(ann.signer, {
    title: 'Slower blocks',
    actions: [{ method: 'setParameters', args: { heartbeatMs: 60_000 } }],
    deadline: Date.now() + 3_600_000,
  });
  expect(await told('show', idea.proposal)).toMatchObject({ status: 'open', votes: { yes: 1 } });
  const back = await client.governance.withdraw(ann.signer, idea.proposal);
  expect(back.code).toBe('ok');
  await client.waitForReads(back.height);
  expect((await client.governance.proposal(idea.proposal)).status).toBe('withdrawn');
  expect(await client.governance.rules()).toMatchObject({
    policy: { kind: 'majority' },
    parameters: { organisationStatementsPerDayMax: 2, heartbeatMs: 30_000 },
    methods: [{ contract: 'evidence', method: 'deposit' }],
  });
  const chain = (await (await fetch(`${url}/v1/chain`)).json()) as { parameters: object };
  expect(chain.parameters).toMatchObject({ heartbeatMs: 30_000, blockStatementsMax: 4_096 });

  const deposit = async (signer: Signer, byte: number): Promise<string> => {
    const sha256 = new Uint8Array(32).fill(byte);
    try {
      const { code } = await client.evidence.deposit(signer, { kind: 'digest', sha256 }, 'public');
      return code;
    } catch (error) {
      if (error instanceof ProblemError) return error.code;
      throw error;
    }
  };
  const codes = [
    await deposit(ann.signer, 1),
    await deposit(dock.signer, 2),
    await deposit(dock.signer, 3),
  ];
  expect(codes).toEqual(['not-permitted', 'ok', 'statement-quota-exceeded']);

  const whole = await sandbox.must('fsck', '--replay', '--json');
  expect(jsonOf(whole.stdout)).toMatchObject({ ok: true, faults: [] });
});

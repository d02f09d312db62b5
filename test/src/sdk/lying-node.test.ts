// Goal: a node that lies deliberately is caught by the client, each lie under its own code and with evidence, and a client that
// was lied to goes on with the truth. Method: a real node of the sample chain behind a server that changes answers, and a second
// node, a copy of its folder with the same keys, that has gone another way.
import { encodeCbor, toBase64, toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import {
  createHasher,
  decodeEntryBundle,
  encodeEntryBundle,
  inclusionPathFromTiles,
} from '@hefu/merkle';
import { hash } from '@hefu/crypto/hash';
import { parseCheckpoint, setForSize, verifyCheckpoint } from '@hefu/protocol';
import type { Trust } from '@hefu/protocol';
import { HefuClient, memorySeenStore, PROOF_FAULTS, ProofError } from '@hefu/sdk';
import type { FaultEvidence, HefuClientOptions, ProofFaultCode, Signer } from '@hefu/sdk';
import type { RunningNode } from '@hefu/server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { honest, problem, startLiar, withJson } from './liar.ts';
import type { Lie, Liar, Told } from './liar.ts';
import { DEPOSITOR, RealNodes, trustOf } from './real-node.ts';

const ORGANISATION = ['membership', 'organisations', 'lanhe-dairy'] as const;
const nodes = new RealNodes();
let node: RunningNode;
/** Of the same chain and keys, with a history that parts from the other's. */
let fork: RunningNode;
let liar: Liar;
let trust: Trust;
let signer: Signer;
/** Statements of the first node, before the parting of ways. */
const deposits: string[] = [];
const caught = new Set<string>();

function client(options: Partial<HefuClientOptions> = {}): HefuClient {
  return new HefuClient({ url: liar.url, trust, ...options } as HefuClientOptions);
}

async function deposit(to: HefuClient, name: string): Promise<string> {
  const sha256 = hash('sha256', new TextEncoder().encode(name));
  const { id, code } = await to.evidence.deposit(signer, { kind: 'digest', sha256 }, 'public');
  expect(code).toBe('ok');
  return id;
}

/** The evidence of what a node was caught at. */
async function lieOf(work: Promise<unknown>): Promise<FaultEvidence> {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (error === undefined) throw new Error('the lie was believed');
  if (!(error instanceof ProofError)) throw new Error('another failure', { cause: error });
  expect(error.evidence.code).toBe(error.code);
  // Evidence is kept as text.
  expect(JSON.parse(JSON.stringify(error.evidence))).toMatchObject({ code: error.code });
  caught.add(error.code);
  return error.evidence;
}

async function expectLie(work: Promise<unknown>, code: ProofFaultCode): Promise<FaultEvidence> {
  const evidence = await lieOf(work);
  expect(evidence.code, evidence.detail).toBe(code);
  return evidence;
}

/** Lies about addresses that begin so, and tells the truth about all others. */
function about(prefix: string, tell: (truth: Told) => Told): Lie {
  return ({ path }, truth) => (path.startsWith(prefix) ? tell(truth) : truth);
}

async function direct(path: string): Promise<Response> {
  return fetch(node.url + path);
}

beforeAll(async () => {
  nodes.make('one');
  signer = nodes.signer('one', DEPOSITOR);
  const first = await nodes.start('one');
  trust = await trustOf(first.url);
  const own = new HefuClient({ url: first.url, trust });
  for (const name of ['a', 'b', 'c']) deposits.push(await deposit(own, name));
  await nodes.stop(first);
  nodes.copy('one', 'two');
  node = await nodes.start('one');
  fork = await nodes.start('two');
  liar = await startLiar(node.url);
});

afterEach(() => {
  liar.lie = honest;
  liar.target = node.url;
});

afterAll(async () => {
  await liar[Symbol.asyncDispose]();
  await nodes[Symbol.asyncDispose]();
});

describe('a wrong value', () => {
  it('is read while the node is honest', async () => {
    const read = await client().state(...ORGANISATION);
    expect(read).toMatchObject({ present: true, value: { name: 'Lanhe Dairy (sample maker)' } });
    expect(read.proven?.size).toBeGreaterThan(0);
    const none = await client().state('membership', 'organisations', 'nobody');
    expect(none).toMatchObject({ present: false });
  });

  it('is not under the signed root', async () => {
    const value: CborValue = { name: 'Someone Else', active: [[0, null]] };
    liar.lie = about('/v1/state/', (truth) =>
      withJson(truth, (answer) => ({ ...answer, valueBytes: toBase64(encodeCbor(value)) })),
    );
    await expectLie(client().state(...ORGANISATION), 'state-proof-broken');
  });

  it('of another key is not this one’s', async () => {
    const other = await (
      await direct('/v1/state/membership/organisations/kite-freight?proof=1')
    ).text();
    liar.lie = about('/v1/state/', (truth) => ({ ...truth, body: Buffer.from(other) }));
    await expectLie(client().state(...ORGANISATION), 'state-proof-broken');
  });

  it('is not made absent by saying so', async () => {
    liar.lie = about('/v1/state/', (truth) =>
      withJson(truth, ({ value: _v, valueBytes: _b, ...answer }) => ({
        ...answer,
        present: false,
      })),
    );
    await expectLie(client().state(...ORGANISATION), 'state-proof-broken');
  });

  it('without a proof is no value', async () => {
    liar.lie = about('/v1/state/', (truth) =>
      withJson(truth, ({ proof: _p, ...answer }) => answer),
    );
    await expectLie(client().state(...ORGANISATION), 'state-not-proven');
  });

  it('is believed only by a client that was told to', async () => {
    const value: CborValue = { name: 'Someone Else', active: [[0, null]] };
    liar.lie = about('/v1/state/', (truth) =>
      withJson(truth, (answer) => ({ ...answer, valueBytes: toBase64(encodeCbor(value)) })),
    );
    const told = await client().state(...ORGANISATION, { verify: false });
    expect(told).toEqual({
      height: told.height,
      present: true,
      value,
      valueBytes: encodeCbor(value),
    });
    // Without a trust file and without that word there is no client at all.
    expect(() => new HefuClient({ url: liar.url } as HefuClientOptions)).toThrow(TypeError);
  });
});

describe('an old value', () => {
  const place = `/v1/state/evidence/deposits/`;

  it('told again from before is behind what was seen', async () => {
    const own = client();
    const old = await (await direct(`${place}${deposits[0]}?proof=1`)).text();
    await deposit(own, 'd');
    liar.lie = about(place, (truth) => ({ ...truth, body: Buffer.from(old) }));
    const read = own.state('evidence', 'deposits', deposits[0] ?? '');
    const { seen, shown } = await expectLie(read, 'node-behind');
    expect(sizeOf(seen)).toBeGreaterThan(sizeOf(shown));
  });

  it('of a node that lags is passed over when another has come further', async () => {
    const own = client({ url: [liar.url, node.url] });
    const old = await (await direct(`${place}${deposits[0]}?proof=1`)).text();
    await deposit(client({ url: node.url }), 'behind');
    await own.checkpoint();
    liar.lie = about(place, (truth) => ({ ...truth, body: Buffer.from(old) }));
    const read = await own.state('evidence', 'deposits', deposits[0] ?? '');
    expect(read).toMatchObject({ present: true, proven: expect.anything() });
    expect(own.http.url).toBe(node.url);
    expect(own.http.health().map(({ failures }) => failures)).toEqual([1, 0]);
  });

  it('told to who has seen nothing is stale', async () => {
    const old = await (await direct(`${place}${deposits[0]}?proof=1`)).text();
    liar.lie = about(place, (truth) => ({ ...truth, body: Buffer.from(old) }));
    const later = client({ now: () => Date.now() + 600_000 });
    await expectLie(later.state('evidence', 'deposits', deposits[0] ?? ''), 'checkpoint-stale');
    const earlier = client({ now: () => Date.now() - 600_000 });
    const early = earlier.state('evidence', 'deposits', deposits[0] ?? '');
    await expectLie(early, 'checkpoint-from-future');
  });

  it('under a new checkpoint is of an older block', async () => {
    const old = (await (await direct(`${place}nothing-yet?proof=1`)).json()) as Answer;
    const own = client();
    await deposit(own, 'e');
    const now = (await (await direct(`${place}nothing-yet?proof=1`)).json()) as Answer;
    const inclusion = await inclusionUnder(old.proof.block.index, now.proof.checkpoint);
    const proof = {
      ...old.proof,
      block: { ...old.proof.block, inclusion },
      checkpoint: now.proof.checkpoint,
    };
    liar.lie = about(place, (truth) => withJson(truth, () => ({ ...old, proof })));
    await expectLie(own.state('evidence', 'deposits', 'nothing-yet'), 'state-outdated');
  });

  it('is not that of a past height', async () => {
    const own = client();
    const { height } = await own.chainInfo();
    await deposit(own, 'f');
    const { height: later } = await own.chainInfo();
    const absent = await own.state('evidence', 'deposits', 'nothing', { atHeight: height });
    expect(absent).toMatchObject({ present: false, height });
    const answer = await (await direct(`${place}nothing?proof=1&atHeight=${height - 1}`)).text();
    liar.lie = about(place, (truth) => ({ ...truth, body: Buffer.from(answer) }));
    const read = own.state('evidence', 'deposits', 'nothing', { atHeight: later });
    await expectLie(read, 'state-outdated');
  });
});

describe('a hidden entry', () => {
  it('is found in the log', async () => {
    liar.lie = ({ path }, truth) =>
      path === `/v1/statements/${deposits[1]}` ? problem(404, 'statement-not-found') : truth;
    const evidence = await expectLie(client().statement(deposits[1] ?? ''), 'entry-hidden');
    expect(evidence.answer).toMatchObject({ index: expect.any(Number) });
    // What never was is not in the log either, and then the denial stands.
    expect(await client().statement('00'.repeat(32))).toBeUndefined();
  });

  it('is missed when it is left out of its bundle', async () => {
    liar.lie = about('/log/tile/entries/', (truth) => {
      const bundle = decodeEntryBundle(truth.body);
      if (!bundle.ok) throw new Error(bundle.code);
      const [first, second, ...rest] = bundle.entries;
      if (first === undefined || second === undefined) throw new Error('too few entries');
      return { ...truth, body: Buffer.from(encodeEntryBundle([first, first, ...rest])) };
    });
    await expectLie(all(client()), 'entries-wrong');
    liar.lie = honest;
    const entries = await all(client());
    expect(entries.length).toBe(sizeOf(await client().checkpoint()));
  });

  it('is not hidden behind a refusal', async () => {
    const own = client();
    const refuse: Lie = ({ method }, truth) =>
      method === 'POST' ? problem(403, 'not-permitted') : truth;
    liar.lie = refuse;
    await expectLie(deposit(own, 'refused, they say'), 'entry-hidden');
  });

  it('does not say what the node says it does', async () => {
    const own = client();
    liar.lie = ({ method }, truth) =>
      method === 'POST'
        ? withJson(truth, (answer) => ({ ...answer, code: 'not-permitted' }))
        : truth;
    await expectLie(deposit(own, 'g'), 'outcome-contradicted');
    liar.lie = about('/v1/statements/', (truth) =>
      withJson(truth, (answer) => ({ ...answer, code: 'not-permitted' })),
    );
    await expectLie(own.statement(deposits[0] ?? ''), 'statement-not-proven');
  });
});

describe('a forked log', () => {
  it('does not continue the one that was seen, and both checkpoints show it', async () => {
    const own = client();
    const other = new HefuClient({ url: fork.url, trust });
    await deposit(own, 'h');
    while (sizeOf(await other.checkpoint()) <= sizeOf(await own.checkpoint())) {
      await deposit(other, `fork ${sizeOf(await other.checkpoint())}`);
    }
    liar.target = fork.url;
    const { seen, shown } = await expectLie(own.state(...ORGANISATION), 'log-forked');
    for (const note of [seen, shown]) {
      const set = setForSize(trust, sizeOf(note));
      const { chain, suite } = trust;
      expect(verifyCheckpoint({ note: note ?? '', chain, suite, set }).ok).toBe(true);
    }
    liar.target = node.url;
    expect(await own.state(...ORGANISATION)).toMatchObject({ present: true });
  });

  it('is noticed after a restart, too', async () => {
    const seen = memorySeenStore();
    await client({ seen }).checkpoint();
    liar.target = fork.url;
    await expectLie(client({ seen }).checkpoint(), 'log-forked');
    // Whoever has seen nothing can't know which of the two came first.
    expect(await client().checkpoint()).toContain(trust.chain);
  });

  it('has two roots of one size', async () => {
    const own = client();
    const other = new HefuClient({ url: fork.url, trust });
    while (sizeOf(await own.checkpoint()) !== sizeOf(await other.checkpoint())) {
      const isBehind = sizeOf(await own.checkpoint()) < sizeOf(await other.checkpoint());
      await deposit(isBehind ? own : other, `even ${Math.random()}`);
    }
    liar.target = fork.url;
    const { detail } = await expectLie(own.checkpoint(), 'log-forked');
    expect(detail).toMatch(/^two roots/);
  });

  it('that is shorter was rolled back', async () => {
    const own = client();
    const other = new HefuClient({ url: fork.url, trust });
    while (sizeOf(await own.checkpoint()) < sizeOf(await other.checkpoint()) + 10) {
      await deposit(own, `longer ${sizeOf(await own.checkpoint())}`);
    }
    const signed = (await own.log?.newest())?.timeSeconds ?? 0;
    await expect.poll(() => Date.now() / 1000).toBeGreaterThan(signed + 1);
    await deposit(other, 'after the restore');
    liar.target = fork.url;
    await expectLie(own.checkpoint(), 'log-rolled-back');
  });

  it('can’t hide behind wrong or missing tiles', async () => {
    const own = client();
    await own.checkpoint();
    await deposit(new HefuClient({ url: node.url, trust }), 'i');
    liar.lie = about('/log/tile/', (truth) => {
      return { ...truth, body: Buffer.from(truth.body.map((byte) => byte ^ 1)) };
    });
    await expectLie(own.checkpoint(), 'tiles-wrong');
    liar.lie = about('/log/tile/', () => problem(404, 'tile-not-found'));
    await expectLie(own.checkpoint(), 'log-not-consistent');
    liar.lie = honest;
    expect(sizeOf(await own.checkpoint())).toBeGreaterThan(0);
  });

  it('needs a quorum', async () => {
    liar.lie = about('/log/checkpoint', (truth) => ({
      ...truth,
      body: Buffer.from(truth.body.toString('utf8').replace(/\n(\d+)\n/, '\n1\n')),
    }));
    await expectLie(client().checkpoint(), 'checkpoint-not-verified');
  });
});

describe('a swapped receipt', () => {
  it('is of another statement', async () => {
    const other = await (await direct(`/v1/statements/${deposits[0]}/receipt`)).text();
    liar.lie = about(`/v1/statements/${deposits[1]}/receipt`, (truth) => ({
      ...truth,
      body: Buffer.from(other),
    }));
    await expectLie(client().receipt(deposits[1] ?? ''), 'receipt-swapped');
    expect(await client().receipt(deposits[2] ?? '')).toMatchObject({ format: 'hefu-receipt/1' });
  });

  it('does not hold when it was changed', async () => {
    liar.lie = about('/v1/statements/', (truth) =>
      withJson(truth, (receipt) => ({ ...receipt, index: Number(receipt['index']) + 1 })),
    );
    await expectLie(client().receipt(deposits[1] ?? ''), 'receipt-not-verified');
  });
});

describe('a wrong error', () => {
  it('is no proof of absence', async () => {
    liar.lie = about('/v1/state/', () => problem(404, 'state-absent'));
    await expectLie(client().state(...ORGANISATION), 'denial-not-proven');
  });

  it('of another kind is told as it is, and nothing else is', async () => {
    liar.lie = about('/v1/state/', () => problem(403, 'not-readable'));
    await expect(client().state(...ORGANISATION)).rejects.toMatchObject({ code: 'not-readable' });
  });
});

describe('a lie in a listing', () => {
  it('is not what the state holds', async () => {
    const own = client();
    await own.waitForReads((await own.chainInfo()).height);
    liar.lie = about('/v1/evidence', (truth) =>
      withJson(truth, ({ items, ...page }) => ({
        ...page,
        items: (items as object[]).map((item) => ({ ...item, depositor: 'kite-freight/admin' })),
      })),
    );
    await expectLie(own.evidence.find({ limit: 5 }), 'listing-contradicted');
    liar.lie = about('/v1/members', (truth) =>
      withJson(truth, ({ items, ...page }) => ({
        ...page,
        items: (items as object[]).map((item) => ({ ...item, roles: ['admin'] })),
      })),
    );
    await expectLie(all(own.members.list()), 'listing-contradicted');
    liar.lie = honest;
    expect((await own.evidence.find({ limit: 5 })).items).toHaveLength(5);
    expect(await all(own.members.list())).toHaveLength(6);
  });
});

it('every fault that a client can name was caught here', () => {
  expect([...caught].toSorted()).toEqual(Object.keys(PROOF_FAULTS).toSorted());
});

interface Answer {
  readonly proof: {
    readonly state: string;
    readonly block: { readonly entry: string; readonly index: number };
    readonly checkpoint: string;
  };
}

function sizeOf(note: string | undefined): number {
  const parsed = parseCheckpoint(note ?? '');
  if (!parsed.ok) throw new Error(parsed.code);
  return parsed.checkpoint.size;
}

async function inclusionUnder(index: number, note: string): Promise<string[]> {
  const size = sizeOf(note);
  const tile = await direct(`/log/tile/0/000.p/${size}`);
  const bytes = new Uint8Array(await tile.arrayBuffer());
  const hasher = createHasher((input) => hash('sha256', input));
  return inclusionPathFromTiles(hasher, index, size, () => bytes).map((each) => toHex(each));
}

async function all<T>(source: AsyncIterable<T> | HefuClient): Promise<unknown[]> {
  const items: unknown[] = [];
  const from = source instanceof HefuClient ? source.entries() : source;
  for await (const item of from) items.push(item);
  return items;
}

// Goal: two logs are told from one in every case, and one is never taken for two; handovers of validators are followed from the trust
// file that was given, and nothing else is. Method: sample ledgers that part at a random place, seen at random sizes in random order; a
// ledger whose validators change three times.
import { concatBytes } from '@hefu/bytes';
import { parseTilePath } from '@hefu/merkle';
import { parseTrust } from '@hefu/protocol';
import type { Trust, TrustDocument } from '@hefu/protocol';
import { SampleLedger } from '@hefu/protocol/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HefuClient } from '../client.ts';
import { ProblemError } from '../problem.ts';
import { memorySeenStore } from './seen-store.ts';
import type { VerifiedLog } from './verified-log.ts';

type Served = { ledger: SampleLedger; trust: TrustDocument };

/** Answers as a node of the ledger. The ledgers here have one tile of leaves at most. */
function answer({ ledger, trust }: Served, url: string): Response {
  const { pathname } = new URL(url);
  if (pathname === '/v1/trust') return Response.json(trust);
  const path = parseTilePath(pathname.replace('/log/', ''));
  if (path?.kind !== 'hashes' || path.level !== 0) return Response.json({}, { status: 404 });
  const bytes = concatBytes(...ledger.leaves(path.width));
  return new Response(bytes as Uint8Array<ArrayBuffer>);
}

function trustOf(document: TrustDocument): Trust {
  const verdict = parseTrust(document);
  if (verdict.ok) return verdict.trust;
  throw new Error(verdict.code);
}

function logOf(served: Served, trust: Trust, seen = memorySeenStore()): VerifiedLog {
  const fetch = async (url: string): Promise<Response> => answer(served, url);
  const { log } = new HefuClient({ url: 'http://node', trust, fetch, seen });
  if (log === undefined) throw new Error('no log');
  return log;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (error === undefined) return 'ok';
  if (error instanceof ProblemError) return error.code;
  throw new Error('another failure', { cause: error });
}

/** Two ledgers of one chain, the same up to their block `common`; each block has one statement, and so two entries. */
function partingLedgers(common: number, blocks: number): readonly [SampleLedger, SampleLedger] {
  const make = (branch: string): SampleLedger => {
    const ledger = new SampleLedger({ suite: 'international' });
    for (let block = 1; block <= blocks; block++) {
      const args = { block, branch: block <= common ? '' : branch };
      ledger.addBlock([{ member: 'acme/alice', args }]);
    }
    return ledger;
  };
  return [make('a'), make('b')];
}

const BLOCKS = 12;

describe('the history of a log', () => {
  it('is one, in whatever order its checkpoints come', async () => {
    const [ledger] = partingLedgers(BLOCKS, BLOCKS);
    const trust = trustOf(ledger.trust());
    const sizes = fc.array(
      fc.integer({ min: 1, max: BLOCKS }).map((n) => 2 * n + 2),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(sizes, async (seen) => {
        const log = logOf({ ledger, trust: ledger.trust() }, trust);
        for (const size of seen) expect(await codeOf(log.see(ledger.checkpoint(size)))).toBe('ok');
        expect((await log.newest())?.size).toBe(Math.max(...seen));
      }),
      { numRuns: 30 },
    );
  });

  it('is forked exactly when both checkpoints reach beyond the parting', async () => {
    const blocks = fc.integer({ min: 1, max: BLOCKS });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: BLOCKS }),
        blocks,
        blocks,
        async (common, first, second) => {
          const [ours, theirs] = partingLedgers(common, BLOCKS);
          const served = { ledger: ours, trust: ours.trust() };
          const log = logOf(served, trustOf(ours.trust()));
          await log.see(ours.checkpoint(2 * first + 2));
          served.ledger = theirs;
          const code = await codeOf(log.see(theirs.checkpoint(2 * second + 2)));
          const isFork = Math.min(first, second) > common;
          // The tiles are those of the other log; when that is the shorter one, they do not make our larger root.
          const caught = second < first ? ['tiles-wrong', 'log-forked'] : ['log-forked'];
          if (isFork) expect(caught).toContain(code);
          else if (second < first && first > common) expect(['ok', 'tiles-wrong']).toContain(code);
          else expect(code).toBe('ok');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is kept: another client of the same memory goes on from there', async () => {
    const [ours, theirs] = partingLedgers(2, BLOCKS);
    const trust = trustOf(ours.trust());
    const seen = memorySeenStore();
    await logOf({ ledger: ours, trust: ours.trust() }, trust, seen).see(ours.checkpoint(10));
    const log = logOf({ ledger: theirs, trust: ours.trust() }, trust, seen);
    expect(await codeOf(log.see(theirs.checkpoint(14)))).toBe('log-forked');
    expect((await log.newest())?.note).toBe(ours.checkpoint(10));
  });
});

describe('handovers', () => {
  function changing(): SampleLedger {
    const ledger = new SampleLedger({ suite: 'international', validators: ['acme'] });
    const call = { member: 'acme/alice', args: null };
    ledger.addBlock([call], ledger.validators(['acme', 'bank', 'court']));
    ledger.addBlock([call], ledger.validators(['bank', 'court', 'dairy', 'estate']));
    ledger.addBlock([call]);
    return ledger;
  }

  it('are followed from the trust file that was given', async () => {
    const ledger = changing();
    const document = ledger.trust();
    const old = trustOf({ ...document, handovers: document.handovers.slice(0, 1) });
    const log = logOf({ ledger, trust: document }, old);
    expect((await log.see(ledger.checkpoint())).size).toBe(ledger.entries.length);
    expect(log.trust.spans).toHaveLength(3);
    const receipt = ledger.receipt(2);
    const starts = (trust: Trust): number[] => trust.spans.map(({ fromSize }) => fromSize);
    expect(starts(log.trust)).toEqual(starts(trustOf(document)));
    const fetch = async (url: string): Promise<Response> =>
      answer({ ledger, trust: document }, url);
    const kept: TrustDocument[] = [];
    const onTrust = (learned: TrustDocument): void => void kept.push(learned);
    const client = new HefuClient({ url: 'http://node', trust: old, fetch, onTrust });
    expect(await client.verified(receipt)).toEqual(receipt);
    expect(kept).toEqual([document]);
    // Whoever begins with what was kept has nothing to learn.
    const [learned] = kept;
    if (learned === undefined) throw new Error('nothing was learned');
    const next = new HefuClient({ url: 'http://node', trust: trustOf(learned), fetch, onTrust });
    expect(await next.verified(receipt)).toEqual(receipt);
    expect(kept).toHaveLength(1);
  });

  it('are not taken from a trust file that begins otherwise, or leads nowhere', async () => {
    const ledger = changing();
    const document = ledger.trust();
    const old = trustOf({ ...document, handovers: document.handovers.slice(0, 1) });
    const other = new SampleLedger({ suite: 'international', validators: ['mallory'] });
    const wrong: readonly TrustDocument[] = [
      other.trust(),
      { ...other.trust(), genesis: document.genesis, genesisRest: document.genesisRest },
      { ...document, handovers: document.handovers.slice(0, 1) },
      { ...document, validators: document.handovers[1]?.validators ?? [], handovers: [] },
      { ...document, handovers: document.handovers.slice(1) },
    ];
    for (const [each, trust] of wrong.entries()) {
      const log = logOf({ ledger, trust }, old);
      expect(await codeOf(log.see(ledger.checkpoint())), `trust file ${each}`).toBe(
        'checkpoint-not-verified',
      );
      expect(log.trust).toBe(old);
    }
  });
});

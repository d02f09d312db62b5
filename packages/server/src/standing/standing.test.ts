// Goal: a store that is behind what its node has signed or what was published, or says something else, is never written to, and
// a crash at any point of a block keeps nobody from going on. Method: stores with the same, shorter, longer and other histories
// of one chain, held against signing states and holds made by hand; every byte of the file damaged in turn.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@hefu/ledger';
import { MemoryStore, MINI_GENESIS_TIME_MS, miniChain } from '@hefu/ledger/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestLedger } from '../testing/test-ledger.ts';
import { readHold, writeHold } from './hold.ts';
import { rememberingSigner } from './remembering-signer.ts';
import { SigningState } from './signing-state.ts';
import type { LogHead } from './signing-state.ts';
import { judgeStanding } from './standing.ts';
import type { StandingPaths } from './standing.ts';

const root = mkdtempSync(join(tmpdir(), 'hefu-standing-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const mini = miniChain({ members: ['alpha/ann'] });
const clock: Clock = { nowMs: () => MINI_GENESIS_TIME_MS + 60_000, after: () => () => undefined };
const CALLS = ['one', 'two', 'other'].map(
  (text) => mini.call({ contract: 'notes', method: 'write', args: { key: text, text } }).bytes,
);

interface History {
  readonly store: MemoryStore;
  readonly head: LogHead;
}

/** The chain with some of the calls, one block each. */
async function history(...calls: readonly number[]): Promise<History> {
  const store = new MemoryStore();
  mini.create(store);
  const ledger = openTestLedger(mini, store, clock);
  for (const call of calls) {
    const [result] = await ledger.submit([CALLS[call] ?? new Uint8Array()]);
    expect(result).toMatchObject({ ok: true, code: 'ok' });
  }
  const { size, root: logRoot } = ledger.chain.head;
  return { store, head: { size, root: logRoot } };
}

const [none, short, long, other] = await Promise.all([
  history(),
  history(0),
  history(0, 1),
  history(2, 0),
]);

let folders = 0;
function paths(): StandingPaths {
  const name = join(root, String(folders++));
  return { signingState: `${name}-signing-state`, hold: `${name}-hold.json` };
}

/** The verdict's code, `ok` when the chain may be written to. */
function judged(store: MemoryStore, where: StandingPaths): string {
  const standing = judgeStanding(store, where);
  if (!standing.ok) return standing.code;
  standing.state[Symbol.dispose]();
  return 'ok';
}

function signed(head: LogHead, intent?: LogHead): StandingPaths {
  const where = paths();
  using state = SigningState.create(where.signingState, head);
  if (intent !== undefined) state.intend(intent);
  return where;
}

describe('a store held against its signing state', () => {
  it('goes on where it is what was signed, or more', () => {
    expect(judged(short.store, signed(short.head))).toBe('ok');
    expect(judged(long.store, signed(short.head))).toBe('ok');
  });

  it('is refused where it is less, and where it is something else', () => {
    expect(judged(short.store, signed(long.head))).toBe('behind-signed');
    expect(judged(none.store, signed(short.head))).toBe('behind-signed');
    expect(judged(other.store, signed(long.head))).toBe('signed-conflict');
    expect(judged(other.store, signed(short.head))).toBe('signed-conflict');
  });

  it('goes on after a crash before the commit and after it, and no further back', () => {
    expect(judged(short.store, signed(short.head, long.head))).toBe('ok');
    expect(judged(long.store, signed(short.head, long.head))).toBe('ok');
    expect(judged(none.store, signed(short.head, long.head))).toBe('behind-signed');
    expect(judged(other.store, signed(short.head, long.head))).toBe('signed-conflict');
  });

  it('after a block that found no room goes on from where it stood', () => {
    const where = signed(short.head, other.head);
    using state = SigningState.open(where.signingState);
    state?.intend(long.head);
    expect(judged(short.store, where)).toBe('ok');
    expect(judged(none.store, where)).toBe('behind-signed');
  });

  it('begins one where there is none, which counts from then on', () => {
    const where = paths();
    expect(judged(long.store, where)).toBe('ok');
    expect(judged(short.store, where)).toBe('behind-signed');
  });

  it('is refused when the last signature cannot be told, and any one damaged byte costs no more than the last step', () => {
    const where = signed(none.head, short.head);
    const whole = readFileSync(where.signingState);
    for (let at = 0; at < whole.length; at += 7) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x20;
      writeFileSync(where.signingState, damaged);
      const code = judged(none.store, where);
      expect(code, `byte ${at}`).toBe('ok');
    }
    writeFileSync(where.signingState, whole.fill(0));
    expect(judged(short.store, where)).toBe('signing-state-damaged');
  });
});

describe('a store on hold', () => {
  const restored = { backup: 'x', restoredMs: 1, ...short.head };

  it('waits after a restore until what was published is shown, and reached', () => {
    const where = paths();
    writeHold(where.hold, { restored });
    expect(judged(short.store, where)).toBe('restored-unconfirmed');
    writeHold(where.hold, { restored, published: long.head });
    expect(judged(short.store, where)).toBe('behind-published');
    expect(judged(other.store, where)).toBe('published-conflict');
    expect(readHold(where.hold)?.published).toEqual(long.head);
    expect(judged(long.store, where)).toBe('ok');
    expect(readHold(where.hold)).toBeUndefined();
  });
});

it('a signature is made only after its head is on disk', () => {
  const where = signed(none.head);
  using state = SigningState.open(where.signingState);
  if (state === undefined) throw new Error('the file is not there');
  const seen: number[] = [];
  const signer = rememberingSigner(
    {
      organisation: 'alpha',
      sign: ({ size }) => {
        using read = SigningState.open(where.signingState);
        expect(read?.signed).toMatchObject({ phase: 'intent', head: { size } });
        seen.push(size);
        return [];
      },
    },
    state,
  );
  signer.sign({ ...short.head, timeSeconds: 1 });
  expect(seen).toEqual([short.head.size]);
});

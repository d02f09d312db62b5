import { addressGroup } from './address-group.ts';
import type { AccountsDatabase } from './database.ts';
import {
  ADDRESS_FREE_FAILURES,
  BUCKETS_MAX,
  FAILURES_KEPT_MS,
  NAME_FREE_FAILURES,
  PAIR_FREE_FAILURES,
  WAIT_MS_MAX,
  WAIT_MS_MIN,
} from './limits.ts';
import type { AccountsPorts } from './ports.ts';

/** Who guesses, and for whom. */
export interface Guess {
  /** As it was typed, in lower case; whether there is such a user makes no difference. */
  readonly name: string;
  readonly address: string;
  /** Whether the user got in from this address before. */
  readonly known: boolean;
}

/** Whether a guess may be made. */
export type GuessVerdict =
  | { readonly ok: true; readonly attempt: Attempt }
  | { readonly ok: false; readonly retryAfterSeconds: number };

/** A guess under way. It counts as wrong until it is said to be something else. */
export interface Attempt {
  /** It was right: what was counted for the name is forgotten. */
  succeeded(): void;
  /** It was never checked. */
  withdrawn(): void;
}

/**
 * Slows guessing of passwords. Wrong guesses are counted for the name at an address, for the name, and for the address;
 * each has some for free, then every further one doubles a wait, up to a quarter of an hour. A user who got in from an
 * address before is not slowed there by what strangers do elsewhere, and nobody is ever locked out for good.
 */
export interface Throttle {
  begin(guess: Guess): GuessVerdict;
}

/** How long to wait after so many wrong guesses. */
export function waitMs(failures: number, free: number): number {
  if (failures <= free) return 0;
  // Beyond 2^30 the doubling has long met its bound.
  return Math.min(WAIT_MS_MIN * 2 ** Math.min(failures - free - 1, 30), WAIT_MS_MAX);
}

interface Bucket {
  readonly key: string;
  readonly free: number;
}

export function createThrottle(database: AccountsDatabase, ports: AccountsPorts): Throttle {
  const failuresOf = (key: string, nowMs: number): { count: number; untilMs: number } => {
    const row = database.get('select count, last_ms, until_ms from failures where bucket = ?', key);
    if (row === undefined || Number(row['last_ms']) < nowMs - FAILURES_KEPT_MS) {
      return { count: 0, untilMs: 0 };
    }
    return { count: Number(row['count']), untilMs: Number(row['until_ms']) };
  };
  const store = (key: string, count: number, nowMs: number, untilMs: number): void => {
    if (count <= 0) {
      database.run('delete from failures where bucket = ?', key);
      return;
    }
    database.run('insert or replace into failures values (?, ?, ?, ?)', key, count, nowMs, untilMs);
  };
  const giveBack = (key: string): void => {
    const nowMs = ports.nowMs();
    // It was let in, so no wait stood before it.
    store(key, failuresOf(key, nowMs).count - 1, nowMs, 0);
  };
  function prune(nowMs: number): void {
    database.run('delete from failures where last_ms < ?', nowMs - FAILURES_KEPT_MS);
    const kept = Number(database.get('select count(*) as n from failures')?.['n']);
    if (kept <= BUCKETS_MAX) return;
    database.run(
      'delete from failures where bucket in (select bucket from failures order by last_ms limit ?)',
      kept - BUCKETS_MAX,
    );
  }
  return {
    begin(guess) {
      return database.transaction(() => {
        const nowMs = ports.nowMs();
        const buckets = bucketsOf(guess);
        const waits = buckets.map(({ key }) => failuresOf(key, nowMs).untilMs - nowMs);
        const longestMs = Math.max(...waits);
        if (longestMs > 0) {
          return { ok: false, retryAfterSeconds: Math.ceil(longestMs / 1000) };
        }
        for (const { key, free } of buckets) {
          const count = failuresOf(key, nowMs).count + 1;
          store(key, count, nowMs, nowMs + waitMs(count, free));
        }
        prune(nowMs);
        return { ok: true, attempt: attemptOf(buckets) };
      });
    },
  };

  function attemptOf(buckets: readonly Bucket[]): Attempt {
    return {
      succeeded: () =>
        database.transaction(() => {
          for (const { key } of buckets) {
            // Another user's success says nothing about the guesses that an address makes for the rest.
            if (key.startsWith('address ')) giveBack(key);
            else store(key, 0, 0, 0);
          }
        }),
      withdrawn: () =>
        database.transaction(() => {
          for (const { key } of buckets) giveBack(key);
        }),
    };
  }
}

function bucketsOf({ name, address, known }: Guess): readonly Bucket[] {
  const group = addressGroup(address);
  const pair = { key: `pair ${group} ${name}`, free: PAIR_FREE_FAILURES };
  const place = { key: `address ${group}`, free: ADDRESS_FREE_FAILURES };
  const everywhere = { key: `name ${name}`, free: NAME_FREE_FAILURES };
  return known ? [pair, place] : [pair, place, everywhere];
}

import { HASHES_AT_ONCE_MAX, HASHES_WAITING_MAX } from '../limits.ts';
import type { AccountsPorts } from '../ports.ts';
import { decoyHash, hashPassword, isOutdated, matchesPassword, SALT_BYTES } from './argon2id.ts';

/** What came of a check; `busy` when too many wait already. */
export type PasswordCheck = 'right' | 'wrong' | 'busy';

/** Hashes and checks passwords, a few at a time, so that a flood of guesses takes neither all memory nor all threads. */
export interface PasswordChecker {
  /** The hash to store; undefined when too many wait already. */
  hash(password: string): Promise<string | undefined>;
  /** Takes the same time whether there is a stored hash or not. */
  check(password: string, stored: string | undefined): Promise<PasswordCheck>;
  /** Whether a stored hash should be made anew. */
  isOutdated(stored: string): boolean;
}

export function createPasswordChecker(ports: AccountsPorts): PasswordChecker {
  const turns = createTurns();
  const decoy = decoyHash((size) => ports.randomBytes(size));
  return {
    hash: async (password) =>
      turns.take(async () => hashPassword(password, ports.randomBytes(SALT_BYTES))),
    async check(password, stored) {
      const against = stored ?? decoy;
      const matches = await turns.take(async () => matchesPassword(password, against));
      if (matches === undefined) return 'busy';
      return matches && stored !== undefined ? 'right' : 'wrong';
    },
    isOutdated,
  };
}

interface Turns {
  /** Undefined when there is no room to wait. */
  take<T>(work: () => Promise<T>): Promise<T | undefined>;
}

function createTurns(): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    async take(work) {
      if (running >= HASHES_AT_ONCE_MAX) {
        if (waiting.length >= HASHES_WAITING_MAX) return undefined;
        // Whoever ends hands the turn over, so that nobody slips in between.
        await new Promise<void>((resolve) => waiting.push(resolve));
      } else {
        running += 1;
      }
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}

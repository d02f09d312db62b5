import { openAccounts } from '../accounts.ts';
import type { Accounts } from '../accounts.ts';
import type { Actor } from '../principal.ts';
import type { User } from '../users.ts';

/** Accounts in memory, with a clock that is moved by hand and bytes that come in a row. */
export interface TestAccounts extends Disposable {
  readonly accounts: Accounts;
  readonly ports: { nowMs(): number; randomBytes(size: number): Uint8Array };
  /** Lets time pass. */
  pass(ms: number): void;
  /** Adds a user, whatever the name. */
  user(name: string, roles?: readonly string[], member?: string): User;
}

export const MACHINE: Actor = { kind: 'machine', id: 'node', name: 'node' };
export const SEAL_KEY: Uint8Array = new Uint8Array(32).fill(7);
export const GOOD_PASSWORD = 'correct horse battery';
export const PLACE = { address: '192.0.2.1', agent: 'a browser' } as const;

export function testAccounts(file = ':memory:', startMs = 1_800_000_000_000): TestAccounts {
  let nowMs = startMs;
  let state = 1;
  const ports = {
    nowMs: () => nowMs,
    // An xorshift: repeatable, and no two calls alike.
    randomBytes: (size: number) =>
      Uint8Array.from({ length: size }, () => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return state & 0xff;
      }),
  };
  const accounts = openAccounts({ file, sealKey: SEAL_KEY, ports });
  return {
    accounts,
    ports,
    pass: (ms) => {
      nowMs += ms;
    },
    user(name, roles = ['read-only'], member) {
      const added = accounts.users.add(MACHINE, {
        name,
        roles,
        ...(member === undefined ? {} : { member }),
      });
      if (!added.ok) throw new Error(added.code);
      return added.user;
    },
    [Symbol.dispose]: () => accounts[Symbol.dispose](),
  };
}

/** What a verdict holds when it is good; throws its code otherwise. */
export function must<T extends { readonly ok: boolean }>(verdict: T): Extract<T, { ok: true }> {
  if (verdict.ok) return verdict as Extract<T, { ok: true }>;
  throw new Error(`refused: ${JSON.stringify(verdict)}`);
}

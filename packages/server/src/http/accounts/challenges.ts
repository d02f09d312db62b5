import { randomBytes } from 'node:crypto';

/** What was begun and waits for its end: challenges of passkeys, visits to a provider of identities. */
export interface Challenges<T> {
  /** Keeps a value under a random key, 43 characters of base64url. */
  add(value: T): string;
  /** The value, once and in time. */
  take(key: string): T | undefined;
}

/** Begun at the same time; with more the oldest is forgotten, and has to be begun again. */
const KEPT_MAX = 10_000;
/** Somebody has to find their authenticator, or type a password elsewhere. */
const LIFE_MS = 5 * 60_000;
const KEY_BYTES = 32;

/** A key that nobody guesses: 43 characters of base64url. */
export function randomKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

/** In memory: a restart only means to begin again. */
export function createChallenges<T>(clock: { nowMs(): number }): Challenges<T> & {
  /** Keeps a value under a key made by `randomKey`. */
  put(key: string, value: T): void;
} {
  const kept = new Map<string, { readonly value: T; readonly untilMs: number }>();
  function put(key: string, value: T): void {
    kept.set(key, { value, untilMs: clock.nowMs() + LIFE_MS });
    for (const [oldest, { untilMs }] of kept) {
      if (kept.size <= KEPT_MAX && untilMs > clock.nowMs()) break;
      kept.delete(oldest);
    }
  }
  return {
    put,
    add(value) {
      const key = randomKey();
      put(key, value);
      return key;
    },
    take(key) {
      const found = kept.get(key);
      kept.delete(key);
      return found !== undefined && found.untilMs > clock.nowMs() ? found.value : undefined;
    },
  };
}

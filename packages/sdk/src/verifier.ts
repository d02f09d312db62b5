import type { NodeHttp } from './http.ts';
import { LogEntries } from './log/entries.ts';
import { memorySeenStore } from './log/seen-store.ts';
import { VerifiedLog } from './log/verified-log.ts';
import { FRESH_MS_DEFAULT } from './options.ts';
import type { HefuClientOptions } from './options.ts';

/** What verifies the answers of a client. */
export interface ClientVerifier {
  readonly log: VerifiedLog;
  readonly entries: LogEntries;
  readonly freshMs: number;
}

/** Undefined when the client takes the nodes' word. Throws TypeError when it was not told so and has no trust file. */
export function verifierOf(
  options: HefuClientOptions,
  http: NodeHttp,
  now: () => number,
): ClientVerifier | undefined {
  const { trust, seen = memorySeenStore(), freshMs = FRESH_MS_DEFAULT, onTrust } = options;
  if (options.verify === false) return undefined;
  if (trust === undefined) {
    throw new TypeError('a client needs a trust file, or has to be told `verify: false`');
  }
  const log = new VerifiedLog({ trust, http, store: seen, now, onTrust });
  return { log, entries: new LogEntries(log, http), freshMs };
}

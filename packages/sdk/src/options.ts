import type { Trust, TrustDocument } from '@hefu/protocol';
import type { Fetch } from './http.ts';
import type { SeenStore } from './log/seen-store.ts';

/** How old the signed checkpoint may be that says what is now. An idle chain signs one a minute by default. */
export const FRESH_MS_DEFAULT = 5 * 60 * 1000;

/** How to reach the nodes of a chain. */
export interface ConnectionOptions {
  /**
   * Of the node, or of one of its chains: `http://127.0.0.1:8440/chains/SLUG`. Of several nodes of one chain the first that
   * answers is asked.
   */
  readonly url: string | readonly string[];
  /** Bearer token or API key, for whoever may see more than the public. All nodes get it. */
  readonly token?: string;
  /** Longest time a node may take for an answer; half a minute unless given. */
  readonly timeoutMs?: number;
  /** The runtime's own unless given. */
  readonly fetch?: Fetch;
  /** Milliseconds UTC; the runtime's clock unless given. */
  readonly now?: () => number;
}

/** How answers are verified. */
export interface VerifyOptions {
  /** Where the newest checkpoint seen is kept; in memory unless given. */
  readonly seen?: SeenStore;
  /** How old the signed checkpoint may be that says what is now; five minutes unless given. */
  readonly freshMs?: number;
  /**
   * Called with the trust file that leads on from the one given, when the validators have handed over: keep it, and give it to the
   * next client. It was proven from the one before; what it throws, the read throws.
   */
  readonly onTrust?: (document: TrustDocument) => void | Promise<void>;
}

/** A client either verifies, and then needs a trust file, or is told in so many words not to. */
export type HefuClientOptions = ConnectionOptions &
  VerifyOptions &
  (
    | { readonly trust: Trust; readonly verify?: true }
    | { readonly trust?: undefined; readonly verify: false }
  );

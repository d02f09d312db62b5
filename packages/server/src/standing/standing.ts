import { equalBytes } from '@hefu/bytes';
import { ChainReader } from '@hefu/ledger';
import type { StoreReader } from '@hefu/ledger';
import { rootOfSize } from './root-of-size.ts';
import { endHold, readHold } from './hold.ts';
import { isSame, SigningState } from './signing-state.ts';
import type { LogHead } from './signing-state.ts';

/** Why a chain stays read-only; docs/operating/no-fork.md lists them. */
export const STANDING_CODES = [
  /** Restored from a backup, and nobody has shown yet what was published since. */
  'restored-unconfirmed',
  /** A longer history was published. */
  'behind-published',
  /** Another history was published. */
  'published-conflict',
  /** This node has signed a longer history. */
  'behind-signed',
  /** This node has signed another history. */
  'signed-conflict',
  /** What this node has signed is not known any more. */
  'signing-state-damaged',
  /** A break was declared: another chain goes on. */
  'chain-broken',
] as const;

export type StandingCode = (typeof STANDING_CODES)[number];

/** Whether a node may go on writing a chain, or why signing its next block could fork it. */
export type Standing =
  | { readonly ok: true; readonly adopted: boolean; readonly state: SigningState }
  | { readonly ok: false; readonly code: StandingCode; readonly message: string };

/** The files beside a chain that say how far it was signed and published. */
export interface StandingPaths {
  readonly signingState: string;
  readonly hold: string;
}

/**
 * Holds a store against what its node has signed and against what was published. Never fork: a store that is behind either, or
 * says something else, is not written to. Ends a hold that is met; begins the signing state of a chain that has none.
 */
export function judgeStanding(store: StoreReader, paths: StandingPaths): Standing {
  const reader = new ChainReader(store);
  const { size, root } = reader.head();
  const head: LogHead = { size, root };
  const held = judgeHold(reader, head, paths.hold);
  if (held !== undefined) return held;
  let state: SigningState | undefined;
  try {
    state = SigningState.open(paths.signingState);
  } catch (error) {
    if ((error as { readonly code?: string }).code !== 'signing-state-damaged') throw error;
    const { message } = error as Error;
    return { ok: false, code: 'signing-state-damaged', message };
  }
  if (state === undefined) {
    endHold(paths.hold);
    return { ok: true, adopted: true, state: SigningState.create(paths.signingState, head) };
  }
  const refused = judgeSigned(reader, head, state);
  if (refused !== undefined) {
    state[Symbol.dispose]();
    return refused;
  }
  endHold(paths.hold);
  state.committed(head);
  return { ok: true, adopted: false, state };
}

type Refused = Standing & { readonly ok: false };

function judgeHold(reader: ChainReader, head: LogHead, path: string): Refused | undefined {
  const hold = readHold(path);
  if (hold === undefined) return undefined;
  const { published, restored, successor } = hold;
  if (successor !== undefined) {
    return refuse('chain-broken', `a break was declared; ${successor} goes on from here`);
  }
  if (published === undefined) {
    const at = restored === undefined ? '' : ` from backup ${restored.backup}`;
    return refuse(
      'restored-unconfirmed',
      `the chain was restored${at} and has ${head.size} entries; what was published since has not been shown`,
    );
  }
  if (published.size > head.size) {
    return refuse(
      'behind-published',
      `the log has ${head.size} entries, and a checkpoint of ${published.size} was published`,
    );
  }
  if (isPartOf(reader, published)) return undefined;
  return refuse(
    'published-conflict',
    `the log has another root at ${published.size} entries than the checkpoint that was published`,
  );
}

function judgeSigned(
  reader: ChainReader,
  head: LogHead,
  { signed }: SigningState,
): Refused | undefined {
  const { phase, head: last, before } = signed;
  // The node stopped between signing and committing: the signature stood in the transaction alone, and went with it.
  if (phase === 'intent' && isSame(before, head)) return undefined;
  if (isPartOf(reader, last)) return undefined;
  return last.size > head.size
    ? refuse(
        'behind-signed',
        `the log has ${head.size} entries, and this node has signed one of ${last.size}`,
      )
    : refuse(
        'signed-conflict',
        `the log has another root at ${last.size} entries than this node has signed`,
      );
}

/** Whether the log of the store begins with the one of `head`. */
export function isPartOf(reader: ChainReader, head: LogHead): boolean {
  const root = rootOfSize(reader, head.size);
  return root !== undefined && equalBytes(root, head.root);
}

function refuse(code: StandingCode, message: string): Refused {
  return { ok: false, code, message };
}

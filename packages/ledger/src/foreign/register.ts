import { encodeCbor, equalBytes, toHex } from '@hefu/bytes';
import { verify } from '@hefu/crypto/sign';
import { encodeEntry } from '@hefu/protocol';
import type { ForeignStatement } from '@hefu/protocol';
import type { ExecutionContext, NewEntry, StatementResult } from '../execution.ts';
import { encodeStatementRow } from '../head.ts';
import type { ReadValue } from '../state/signer-directory.ts';
import { judgeForeign } from './judge-foreign.ts';
import type { ForeignRefusal } from './judge-foreign.ts';

/** A foreign statement that waits for its place in the order. */
export interface ForeignCandidate {
  readonly foreign: ForeignStatement;
  readonly statement?: undefined;
  readonly attachment?: undefined;
  /** As in a candidate of the chain's own. */
  readonly verifiedBy?: Uint8Array;
}

/** Under what name registrations count in quotas; no contract may have it, for its capital. */
export const REGISTRATION_QUOTA = 'SCITT';

const NO_OUTPUT: Uint8Array = encodeCbor(null);
const NO_EVENTS: Uint8Array = encodeCbor([]);

/** Judges a foreign statement in its place, and registers it: its digest, then an entry that says when and by whose key. */
export function registerForeign(
  { foreign, verifiedBy }: ForeignCandidate,
  context: ExecutionContext,
  block: {
    readonly read: ReadValue;
    readonly entries: NewEntry[];
    /** Hex of what the block has entries of. */
    readonly seenHere: Set<string>;
  },
): StatementResult {
  const { read, entries, seenHere } = block;
  const { digest } = foreign;
  const { rules: spec, directory, height, timeMs } = context;
  const name = toHex(digest);
  if (seenHere.has(name) || context.seen(digest)) return notEntered(digest, 'duplicate');
  const judgement = judgeForeign(foreign, { spec, directory, read, height, timeMs });
  if (!judgement.ok) return notEntered(digest, judgement.code);
  const { publicKey, keyId, organisation } = judgement;
  const isGood = verifiedBy !== undefined && equalBytes(verifiedBy, publicKey);
  if (!isGood && !isSignedBy(foreign, publicKey)) return notEntered(digest, 'signature-wrong');
  if (context.quota.isSpent(organisation, REGISTRATION_QUOTA)) {
    return notEntered(digest, 'statement-quota-exceeded');
  }
  context.quota.count(organisation, REGISTRATION_QUOTA);
  seenHere.add(name);
  const position = entries.length;
  entries.push({ entry: encodeEntry({ kind: 'foreign', digest }), id: digest });
  entries.push({
    entry: encodeEntry({
      kind: 'registration',
      height,
      index: position + 1,
      time: timeMs,
      digest,
      signerKeyId: keyId,
    }),
    row: encodeStatementRow({ bytes: foreign.bytes, output: NO_OUTPUT, events: NO_EVENTS }),
  });
  return {
    entered: true,
    id: digest,
    code: 'ok',
    position,
    logIndex: context.firstIndex + position,
  };
}

function notEntered(id: Uint8Array, code: ForeignRefusal): StatementResult {
  return { entered: false, id, code };
}

/** Whether the owner of a key signed a foreign statement. */
export function isSignedBy(
  { algorithm, toBeSigned, signature }: ForeignStatement,
  publicKey: Uint8Array,
): boolean {
  return verify(algorithm, publicKey, toBeSigned, signature);
}

import { concatBytes, fromBase64, toBase64, u64be, utf8Encode } from '@hefu/bytes';
import { HASH_BYTES } from '@hefu/crypto/algorithm';
import type { Suite } from '@hefu/crypto/algorithm';
import { sign } from '@hefu/crypto/sign';
import { coseRootMessage } from './cose-root.ts';
import { lineKeysOf } from './line-keys.ts';
import type { LineKey } from './line-keys.ts';
import { isChainId } from './names.ts';
import { formatNote, formatNoteLine, parseNote } from './note.ts';
import type { NoteLine } from './note.ts';
import type { Validator } from './validators.ts';

/** Checkpoints, c2sp.org/tlog-checkpoint, and cosignatures, c2sp.org/tlog-cosignature. */

/** A checkpoint taken apart; whether its lines are right is not looked at. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** Lines after the root; a Hefu log has none. */
  readonly extensions: readonly string[];
  /** The signed text. */
  readonly body: string;
  readonly lines: readonly NoteLine[];
}

export type CheckpointParsed =
  | { readonly ok: true; readonly checkpoint: Checkpoint }
  | { readonly ok: false; readonly code: 'checkpoint-malformed' };

const SIZE = /^(0|[1-9][0-9]{0,15})$/;
const MALFORMED = { ok: false, code: 'checkpoint-malformed' } as const;

/** Reads a checkpoint (tlog-checkpoint, Note text). Never throws. */
export function parseCheckpoint(text: string): CheckpointParsed {
  const parsed = parseNote(text);
  if (!parsed.ok) return MALFORMED;
  const { body, lines } = parsed.note;
  const [origin, sizeText, rootText, ...extensions] = body.slice(0, -1).split('\n');
  if (origin === undefined || origin === '' || extensions.includes('')) return MALFORMED;
  if (sizeText === undefined || !SIZE.test(sizeText) || rootText === undefined) return MALFORMED;
  const size = Number(sizeText);
  const root = fromBase64(rootText);
  if (!Number.isSafeInteger(size) || root?.length !== HASH_BYTES) return MALFORMED;
  return { ok: true, checkpoint: { origin, size, root, extensions, body, lines } };
}

/** What a checkpoint claims. */
export interface TreeHead {
  readonly chain: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** The text that is signed. Throws TypeError on parts out of bounds. */
export function checkpointBody(head: TreeHead): string {
  const { chain, size, root } = head;
  if (!isChainId(chain)) throw new TypeError('not a chain id');
  if (!Number.isSafeInteger(size) || size < 0) throw new TypeError(`log size ${size}`);
  if (root.length !== HASH_BYTES) throw new TypeError('a root has 32 bytes');
  return `${chain}\n${size}\n${toBase64(root)}\n`;
}

/** Body and lines as one note. */
export function formatCheckpoint(head: TreeHead, lines: readonly string[]): string {
  return formatNote(checkpointBody(head), lines);
}

/** Bytes of the time that precedes a cosignature. */
export const COSIGNATURE_TIME_BYTES = 8;

/** What a cosignature covers (tlog-cosignature, Ed25519 signed message). */
export function cosignatureMessage(body: string, timeSeconds: number): Uint8Array {
  return utf8Encode(`cosignature/v1\ntime ${timeSeconds}\n${body}`);
}

/** The private half of a checkpoint key, 32 bytes; or what signs with one that lies elsewhere. */
export type CheckpointSecret = Uint8Array | ((message: Uint8Array) => Uint8Array);

/** Who signs a checkpoint, and when. */
export interface CheckpointSigning extends TreeHead {
  readonly suite: Suite;
  readonly validator: Validator;
  /** Of the validator's checkpoint key. */
  readonly privateKey: CheckpointSecret;
  /** Seconds since 1970, UTC. */
  readonly timeSeconds: number;
}

/**
 * The lines of one validator, each with its newline: note, cosignature and, on an international
 * chain, the signature for COSE Receipts. The caller has made (size, root) durable before.
 */
export function signCheckpointLines(signing: CheckpointSigning): string[] {
  const { suite, chain, validator } = signing;
  return lineKeysOf(suite, chain, validator).map((key) =>
    formatNoteLine({ name: key.name, keyId: key.keyId, signature: signLine(signing, key) }),
  );
}

function signLine(signing: CheckpointSigning, key: LineKey): Uint8Array {
  const { chain, root, validator, privateKey, timeSeconds } = signing;
  const body = checkpointBody(signing);
  const signWith = (message: Uint8Array): Uint8Array =>
    typeof privateKey === 'function'
      ? privateKey(message)
      : sign(validator.algorithm, privateKey, message);
  switch (key.kind) {
    case 'note':
      return signWith(utf8Encode(body));
    case 'cosignature': {
      const message = cosignatureMessage(body, timeSeconds);
      return concatBytes(u64be(timeSeconds), signWith(message));
    }
    default:
      return signWith(coseRootMessage(chain, validator, root));
  }
}

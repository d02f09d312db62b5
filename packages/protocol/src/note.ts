import { concatBytes, fromBase64, fromHex, toBase64, toHex, utf8Encode } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import type { HashName } from '@hefu/crypto/hash';

/** Signed notes and verifier keys, c2sp.org/signed-note. */

/** Longest note that is read: three lines each of a hundred validators fit twice. */
export const NOTE_LENGTH_MAX = 131_072;
/** Most signature lines; the specification asks for 16 at least. */
export const NOTE_LINES_MAX = 512;
/** Bytes of a key id. */
export const NOTE_KEY_ID_BYTES = 4;

/** Assigned signature types, and the one for types without an assigned byte. */
export const NOTE_TYPE_ED25519 = 0x01;
export const NOTE_TYPE_COSIGNATURE = 0x04;
export const NOTE_TYPE_PRIVATE = 0xff;

/** A signature line. */
export interface NoteLine {
  readonly name: string;
  /** {@link NOTE_KEY_ID_BYTES} bytes. */
  readonly keyId: Uint8Array;
  /** What follows the key id. */
  readonly signature: Uint8Array;
}

/** A note taken apart. */
export interface Note {
  /** The signed text, final newline included. */
  readonly body: string;
  readonly lines: readonly NoteLine[];
}

export type NoteVerdict =
  | { readonly ok: true; readonly note: Note }
  | { readonly ok: false; readonly code: 'note-malformed' };

const LINE_START = '\u2014 ';
const MALFORMED = { ok: false, code: 'note-malformed' } as const;
/** Control characters but newline, or half of a surrogate pair: neither may stand in a note. */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f]/;
/** A key name: not empty, no Unicode space, no plus. */
const KEY_NAME = /^[^\s\u0085+]+$/u;

/** Takes a note apart: text, empty line, signature lines (signed-note, Format). Never throws. */
export function parseNote(text: string): NoteVerdict {
  if (text.length > NOTE_LENGTH_MAX || !text.isWellFormed() || FORBIDDEN.test(text)) {
    return MALFORMED;
  }
  const split = text.lastIndexOf('\n\n');
  if (split < 0 || !text.endsWith('\n')) return MALFORMED;
  const body = text.slice(0, split + 1);
  const lineTexts = text.slice(split + 2, -1).split('\n');
  if (lineTexts.length > NOTE_LINES_MAX) return MALFORMED;
  const lines: NoteLine[] = [];
  for (const lineText of lineTexts) {
    const line = parseLine(lineText);
    if (line === undefined) return MALFORMED;
    lines.push(line);
  }
  return { ok: true, note: { body, lines } };
}

function parseLine(text: string): NoteLine | undefined {
  if (!text.startsWith(LINE_START)) return undefined;
  const space = text.indexOf(' ', LINE_START.length);
  const name = text.slice(LINE_START.length, space);
  if (space < 0 || !KEY_NAME.test(name)) return undefined;
  const bytes = fromBase64(text.slice(space + 1));
  if (bytes === undefined || bytes.length <= NOTE_KEY_ID_BYTES) return undefined;
  return {
    name,
    keyId: bytes.subarray(0, NOTE_KEY_ID_BYTES),
    signature: bytes.subarray(NOTE_KEY_ID_BYTES),
  };
}

/** A signature line with its newline. Throws TypeError on a name that no line may have. */
export function formatNoteLine(line: NoteLine): string {
  if (!KEY_NAME.test(line.name)) throw new TypeError('not a key name');
  return `${LINE_START}${line.name} ${toBase64(concatBytes(line.keyId, line.signature))}\n`;
}

/** The whole note: text, empty line, lines as {@link formatNoteLine} gives them. */
export function formatNote(body: string, lines: readonly string[]): string {
  return `${body}\n${lines.join('')}`;
}

/** A verifier key: who signs, how, with what. */
export interface VerifierKey {
  readonly name: string;
  readonly keyId: Uint8Array;
  /** Signature type, label when the type is 0xff, public key: what the key id covers. */
  readonly material: Uint8Array;
}

/** The key id that signed-note recommends: H(name ‖ 0x0A ‖ type ‖ public key), first four bytes. */
export function noteKeyId(hashName: HashName, name: string, material: Uint8Array): Uint8Array {
  const bytes = concatBytes(utf8Encode(name), Uint8Array.of(0x0a), material);
  return hash(hashName, bytes).slice(0, NOTE_KEY_ID_BYTES);
}

/** `<name>+<key id in hex>+<base64 of type and key>` (signed-note, Verifier keys). */
export function formatVerifierKey(key: VerifierKey): string {
  return `${key.name}+${toHex(key.keyId)}+${toBase64(key.material)}`;
}

export type VerifierKeyVerdict =
  | { readonly ok: true; readonly key: VerifierKey }
  | { readonly ok: false; readonly code: 'vkey-malformed' };

/**
 * Reads a verifier key, whose key id must be the recommended one under `hashName` (`sha256` for all
 * assigned types). Never throws.
 */
export function parseVerifierKey(hashName: HashName, text: string): VerifierKeyVerdict {
  const malformed = { ok: false, code: 'vkey-malformed' } as const;
  if (text.length > NOTE_LENGTH_MAX || !text.isWellFormed()) return malformed;
  // The base64 may hold a plus, so only the first two are separators.
  const first = text.indexOf('+');
  const second = text.indexOf('+', first + 1);
  if (first < 0 || second < 0) return malformed;
  const name = text.slice(0, first);
  const keyId = fromHex(text.slice(first + 1, second));
  const material = fromBase64(text.slice(second + 1));
  if (!KEY_NAME.test(name) || keyId === undefined || material === undefined) return malformed;
  if (material.length < 2 || toHex(noteKeyId(hashName, name, material)) !== toHex(keyId)) {
    return malformed;
  }
  return { ok: true, key: { name, keyId, material } };
}

import { createHmac, timingSafeEqual } from 'node:crypto';

/** Bytes of the tag: 128 bits keep a cursor from being made up. */
const TAG_BYTES = 16;
/** Longest cursor looked at. */
export const CURSOR_CHARS_MAX = 1_024;

/**
 * Cursors as they leave the node: opaque, and good only for the query they were made for. Whoever changes one, or takes
 * it to another address or another filter, gets `cursor-invalid`.
 */
export interface CursorSeal {
  seal(scope: string, position: string): string;
  /** The position, or undefined when the cursor was not made here for this scope. */
  open(scope: string, cursor: string): string | undefined;
}

/** The key is 32 bytes that only this node knows and that outlive a restart. */
export function createCursorSeal(key: Uint8Array): CursorSeal {
  const tagOf = (scope: string, position: Buffer): Buffer =>
    createHmac('sha256', key)
      .update(`${Buffer.byteLength(scope)}:${scope}`)
      .update(position)
      .digest()
      .subarray(0, TAG_BYTES);
  return {
    seal(scope, position) {
      const bytes = Buffer.from(position, 'utf8');
      return Buffer.concat([tagOf(scope, bytes), bytes]).toString('base64url');
    },
    open(scope, cursor) {
      if (cursor.length > CURSOR_CHARS_MAX || !/^[A-Za-z0-9_-]+$/.test(cursor)) return undefined;
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.length < TAG_BYTES || bytes.toString('base64url') !== cursor) return undefined;
      const position = bytes.subarray(TAG_BYTES);
      if (!timingSafeEqual(bytes.subarray(0, TAG_BYTES), tagOf(scope, position))) return undefined;
      return position.toString('utf8');
    },
  };
}

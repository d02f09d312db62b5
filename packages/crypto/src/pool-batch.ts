import { readU32be } from '@hefu/bytes';
import { publicKeyBytes, SIGNATURE_ALGORITHMS, SIGNATURE_BYTES } from './algorithm.ts';
import type { SignatureAlgorithm } from './algorithm.ts';

/** One signature to check. */
export interface VerifyItem {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

const LENGTH_BYTES = 4;

/** Whether an item has the sizes that the packed form relies on; one that has not is never valid. */
export function itemHasRightSizes(item: VerifyItem): boolean {
  return (
    item.publicKey.length === publicKeyBytes(item.algorithm) &&
    item.signature.length === SIGNATURE_BYTES
  );
}

/**
 * Items as one array of bytes: for each its algorithm's place in the list (1), public key,
 * signature (64), size of the message (4, big-endian), message. Passing arrays of views to another
 * thread would copy the whole buffer behind each view; this copies each byte once and moves the rest.
 */
export function packItems(items: readonly VerifyItem[]): Uint8Array<ArrayBuffer> {
  let size = 0;
  for (const { publicKey, message } of items) {
    size += 1 + publicKey.length + SIGNATURE_BYTES + LENGTH_BYTES + message.length;
  }
  const packed = new Uint8Array(size);
  const view = new DataView(packed.buffer);
  let at = 0;
  for (const { algorithm, publicKey, message, signature } of items) {
    packed[at] = SIGNATURE_ALGORITHMS.indexOf(algorithm);
    packed.set(publicKey, at + 1);
    at += 1 + publicKey.length;
    packed.set(signature, at);
    at += SIGNATURE_BYTES;
    view.setUint32(at, message.length);
    packed.set(message, at + LENGTH_BYTES);
    at += LENGTH_BYTES + message.length;
  }
  return packed;
}

/** The items of {@link packItems}, as views of `packed`. Throws when it is not such an array. */
export function unpackItems(packed: Uint8Array): VerifyItem[] {
  const items: VerifyItem[] = [];
  let at = 0;
  while (at < packed.length) {
    const algorithm = SIGNATURE_ALGORITHMS[packed[at] ?? 0xff];
    if (algorithm === undefined) throw new RangeError('not packed items');
    const keyEnd = at + 1 + publicKeyBytes(algorithm);
    const signatureEnd = keyEnd + SIGNATURE_BYTES;
    const size = readU32be(packed, signatureEnd);
    const messageStart = signatureEnd + LENGTH_BYTES;
    if (size === undefined || messageStart + size > packed.length) {
      throw new RangeError('not packed items');
    }
    items.push({
      algorithm,
      publicKey: packed.subarray(at + 1, keyEnd),
      signature: packed.subarray(keyEnd, signatureEnd),
      message: packed.subarray(messageStart, messageStart + size),
    });
    at = messageStart + size;
  }
  return items;
}

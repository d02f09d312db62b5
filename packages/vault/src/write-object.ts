import { createHasher } from '@hefu/crypto/hash';
import { sealChunk } from './chunk-cipher.ts';
import { CHUNK_BYTES, OBJECT_BYTES_MAX } from './object-format.ts';
import type { ContentCipher, ContentInfo } from './object-format.ts';
import { SealedBatches } from './sealed-batches.ts';
import type { SealedSink } from './sealed-batches.ts';
import { vaultFault } from './verdict.ts';
import type { VaultFault } from './verdict.ts';

interface WriteOptions {
  readonly cipher: ContentCipher;
  readonly contentKey: Uint8Array;
  readonly sink: SealedSink;
  /** Exact size that was announced, when one was. */
  readonly size: number | undefined;
}

/** Seals a stream of content chunk by chunk into a sink, holding a few of them. Nothing is being written any more when it ends. */
export async function writeContent(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: WriteOptions,
): Promise<{ readonly ok: true; readonly info: ContentInfo } | VaultFault> {
  const batches = new SealedBatches(options.sink);
  try {
    return await sealContent(source, options, batches);
  } finally {
    await batches.settled();
  }
}

async function sealContent(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: WriteOptions,
  batches: SealedBatches,
): Promise<{ readonly ok: true; readonly info: ContentInfo } | VaultFault> {
  const { cipher, contentKey: key } = options;
  const sha256 = createHasher('sha256');
  const sm3 = createHasher('sm3');
  const chunk = new Uint8Array(CHUNK_BYTES);
  let filled = 0;
  let index = 0;
  let size = 0;

  for await (const part of source) {
    size += part.length;
    if (size > OBJECT_BYTES_MAX) return vaultFault('object-too-large');
    if (options.size !== undefined && size > options.size) {
      return vaultFault('object-mismatch', `more than the ${options.size} bytes announced`);
    }
    sha256.update(part);
    sm3.update(part);
    for (let offset = 0; offset < part.length;) {
      // A full chunk waits until there is more, since the last chunk is sealed as such.
      if (filled === CHUNK_BYTES) {
        const refusal = await batches.add(sealChunk({ cipher, key, index, isLast: false }, chunk));
        if (refusal !== undefined) return refusal;
        index++;
        filled = 0;
      }
      const length = Math.min(part.length - offset, CHUNK_BYTES - filled);
      chunk.set(part.subarray(offset, offset + length), filled);
      filled += length;
      offset += length;
    }
  }
  if (options.size !== undefined && size !== options.size) {
    return vaultFault('object-mismatch', `${size} bytes instead of ${options.size}`);
  }
  const last = sealChunk({ cipher, key, index, isLast: true }, chunk.subarray(0, filled));
  const refusal = (await batches.add(last)) ?? (await batches.end());
  if (refusal !== undefined) return refusal;
  return { ok: true, info: { cipher, size, sha256: sha256.digest(), sm3: sm3.digest() } };
}

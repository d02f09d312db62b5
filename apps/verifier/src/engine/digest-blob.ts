import { createHasher } from '@hefu/crypto/hash';

/** What the page knows of some content: both digests and the size. */
export interface BlobDigests {
  readonly sha256: Uint8Array;
  readonly sm3: Uint8Array;
  readonly size: number;
}

/** Longest the page stays deaf to its reader while it hashes. */
const SLICE_MS = 40;
/** Bytes hashed between two looks at the clock. */
const PART_BYTES_MAX = 1 << 18;

/**
 * Both digests of a blob, read as a stream: the memory it takes does not depend on the size. Throws
 * what the browser throws when the file can't be read, and an AbortError when `signal` says stop.
 */
export async function digestBlob(
  blob: Blob,
  options: {
    readonly signal?: AbortSignal;
    readonly onProgress?: (done: number, total: number) => void;
  } = {},
): Promise<BlobDigests> {
  const { signal, onProgress } = options;
  const sha256 = createHasher('sha256');
  const sm3 = createHasher('sm3');
  let done = 0;
  let pausedAt = performance.now();
  for await (const chunk of chunksOf(blob)) {
    for (let at = 0; at < chunk.length; at += PART_BYTES_MAX) {
      const part = chunk.subarray(at, at + PART_BYTES_MAX);
      sha256.update(part);
      sm3.update(part);
      done += part.length;
      if (performance.now() - pausedAt < SLICE_MS) continue;
      onProgress?.(done, blob.size);
      await nextTask();
      signal?.throwIfAborted();
      pausedAt = performance.now();
    }
  }
  return { sha256: sha256.digest(), sm3: sm3.digest(), size: done };
}

/** Streams can't be iterated in every browser yet, but all of them have readers. */
async function* chunksOf(blob: Blob): AsyncGenerator<Uint8Array> {
  const reader = blob.stream().getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

/** Lets the browser draw and take events; unlike a timer it is not put off in nested calls. */
export function nextTask(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}

import type { RequestBody } from '../http.ts';

/** Content that is sent: held whole, or in parts as they come. */
export type VaultContent =
  | Uint8Array
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>;

/** Bytes that have gone or come so far. */
export type OnBytes = (doneBytes: number) => void;

/**
 * Content as a request's body. Bytes and blobs go as they are, which every browser can; parts go as a stream in constant memory,
 * which Node can, and browsers over HTTP/2 alone.
 */
export function bodyOf(content: VaultContent, onProgress: OnBytes | undefined): RequestBody {
  if (content instanceof Uint8Array) return content as Uint8Array<ArrayBuffer>;
  if (content instanceof Blob) return content;
  const parts = content instanceof ReadableStream ? partsOf(content) : content;
  return streamOf(parts, onProgress);
}

/** Bytes of a whole; undefined for a stream. */
export function sizeOf(content: VaultContent): number | undefined {
  if (content instanceof Uint8Array) return content.length;
  return content instanceof Blob ? content.size : undefined;
}

/** The parts of a stream; giving up before its end cancels it. */
export async function* partsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (value !== undefined) yield value;
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function streamOf(
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onProgress: OnBytes | undefined,
): ReadableStream<Uint8Array> {
  const iterator = iteratorOf(parts);
  let done = 0;
  return new ReadableStream({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) {
        controller.close();
        return;
      }
      done += next.value.length;
      controller.enqueue(next.value);
      onProgress?.(done);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

function iteratorOf(
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  return Symbol.asyncIterator in parts ? parts[Symbol.asyncIterator]() : parts[Symbol.iterator]();
}

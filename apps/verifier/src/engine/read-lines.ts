/** A line of a file: where it stands in it, in bytes, and its text. */
export interface FileLine {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Longest line that is read: the longest receipt there can be is far below. */
export const LINE_BYTES_MAX = 4 * 1024 * 1024;

const LINE_END = 0x0a;

/**
 * The lines of a blob that are not blank, read as a stream. A line that is too long has the text '':
 * it is a line, and no receipt. Bytes that are no UTF-8 become U+FFFD, which no receipt holds.
 */
export async function* readLines(blob: Blob): AsyncGenerator<FileLine> {
  const reader = blob.stream().getReader();
  const decoder = new TextDecoder();
  let parts: Uint8Array[] = [];
  let length = 0;
  let start = 0;
  let at = 0;
  const take = (end: number): FileLine | undefined => {
    const text = length > LINE_BYTES_MAX ? '' : decoder.decode(join(parts, length)).trim();
    const line = { start, end, text };
    const blank = text === '' && length <= LINE_BYTES_MAX;
    parts = [];
    length = 0;
    start = end + 1;
    return blank ? undefined : line;
  };
  const keep = (part: Uint8Array): void => {
    length += part.length;
    if (length > LINE_BYTES_MAX) parts = [];
    else parts.push(part);
  };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      let from = 0;
      for (let end = value.indexOf(LINE_END); end >= 0; end = value.indexOf(LINE_END, from)) {
        keep(value.subarray(from, end));
        const line = take(at + end);
        if (line !== undefined) yield line;
        from = end + 1;
      }
      keep(value.subarray(from));
      at += value.length;
    }
    const last = take(at);
    if (last !== undefined) yield last;
  } finally {
    await reader.cancel();
  }
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

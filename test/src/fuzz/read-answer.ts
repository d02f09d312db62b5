/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case, in their order. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * The answer at the beginning of some bytes; undefined while it is not whole. With `ended` no more bytes will come: what has
 * no length of its own is whole then.
 */
export function readAnswer(
  bytes: Buffer,
  { method, ended }: { readonly method: string; readonly ended: boolean },
): RawAnswer | undefined {
  const at = bytes.indexOf(HEAD_END);
  if (at < 0) return undefined;
  const [first = '', ...lines] = bytes.subarray(0, at).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})(?: |$)/.exec(first)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) return { status: 0, headers: [], body: bytes };
  const rest = bytes.subarray(at + HEAD_END.length);
  // What is informational stands before the answer itself.
  if (status < 200) return readAnswer(rest, { method, ended });
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const body = bodyOf(rest, status, { method, ended, headers });
  return body === undefined ? undefined : { status, headers, body };
}

function bodyOf(
  rest: Buffer,
  status: number,
  of: {
    readonly method: string;
    readonly ended: boolean;
    readonly headers: readonly (readonly [string, string])[];
  },
): Buffer | undefined {
  if (of.method === 'HEAD' || status === 204 || status === 304) return Buffer.alloc(0);
  const value = (wanted: string): string | undefined =>
    of.headers.find(([name]) => name === wanted)?.[1];
  if (value('transfer-encoding') === 'chunked') return dechunk(rest, of.ended);
  const length = value('content-length');
  if (length === undefined) return of.ended ? rest : undefined;
  return rest.length >= Number(length) ? rest.subarray(0, Number(length)) : undefined;
}

function dechunk(rest: Buffer, ended: boolean): Buffer | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', at);
    const size =
      lineEnd < 0 ? Number.NaN : Number.parseInt(rest.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) return ended ? Buffer.concat(parts) : undefined;
    if (size === 0) return Buffer.concat(parts);
    const start = lineEnd + 2;
    if (rest.length < start + size) {
      return ended ? Buffer.concat([...parts, rest.subarray(start)]) : undefined;
    }
    parts.push(rest.subarray(start, start + size));
    at = start + size + 2;
  }
}

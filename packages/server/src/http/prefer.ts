/**
 * Seconds of `Prefer: wait=N` (RFC 7240 §4.3) in milliseconds, bounded by `waitMsMax`; a bare `wait` takes the bound;
 * undefined when the header does not ask to wait.
 */
export function preferredWaitMs(
  header: string | string[] | undefined,
  waitMsMax: number,
): number | undefined {
  if (header === undefined) return undefined;
  const text = typeof header === 'string' ? header : header.join(',');
  const match = /(?:^|[,;])\s*wait\s*(?:=\s*"?(\d{1,9})"?)?\s*(?=$|[,;])/i.exec(text);
  if (match === null) return undefined;
  const seconds = match[1];
  return seconds === undefined ? waitMsMax : Math.min(Number(seconds) * 1000, waitMsMax);
}

import { randomBytes } from 'node:crypto';

/** `00-<trace id>-<parent id>-<flags>` (W3C Trace Context §3.2). */
const TRACEPARENT_PATTERN = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const TRACE_ID_BYTES = 16;

/** The caller's trace id when it sends a well-formed one, else a new one: 32 hexadecimal digits. */
export function traceIdOf(traceparent: string | string[] | undefined): string {
  const given =
    typeof traceparent === 'string' ? TRACEPARENT_PATTERN.exec(traceparent)?.[1] : undefined;
  return given !== undefined && !/^0+$/.test(given)
    ? given
    : randomBytes(TRACE_ID_BYTES).toString('hex');
}

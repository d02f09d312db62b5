/** What can be wrong with a setting. */
export type ConfigFaultCode =
  | 'config-file-unreadable'
  | 'config-file-malformed'
  | 'config-unknown-key'
  | 'config-value-invalid'
  | 'config-host-not-loopback'
  | 'config-secret-in-file'
  | 'config-secret-twice'
  | 'config-secret-unreadable'
  | 'config-secret-invalid';

/** One thing wrong with the configuration: which setting, where it was said, what to do. */
export interface ConfigFault {
  readonly code: ConfigFaultCode;
  /** Dotted path of the setting, or the name of the file or variable itself. */
  readonly key: string;
  /** Where the value came from: `file …`, `environment HEFU_…`, `flag --…`, `default`. */
  readonly source: string;
  readonly message: string;
}

/** `http.port (environment HEFU_HTTP__PORT): …`, one line a fault. */
export function describeConfigFault(fault: ConfigFault): string {
  return `${fault.key} (${fault.source}): ${fault.message}`;
}

/** The known name nearest to a mistyped one, when one is near enough to be meant. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 4)) + 1;
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Longest name compared letter by letter; the work grows with the square. */
const NAME_COMPARED_CHARS_MAX = 100;

function editDistance(left: string, right: string): number {
  if (left.length > NAME_COMPARED_CHARS_MAX) return NAME_COMPARED_CHARS_MAX;
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

/** A path as a JSON Pointer (RFC 6901 §3): `~` becomes `~0`, `/` becomes `~1`; the empty path is the whole. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

/** Frames the keys of the nodes that a block made stale, for one row: u8 length ‖ key, joined. */
export function frameStaleKeys(keys: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const key of keys) size += 1 + key.length;
  const framed = new Uint8Array(size);
  let at = 0;
  for (const key of keys) {
    framed[at] = key.length;
    framed.set(key, at + 1);
    at += 1 + key.length;
  }
  return framed;
}

/** The keys that `frameStaleKeys` framed. */
export function staleKeys(framed: Uint8Array): Uint8Array[] {
  const keys: Uint8Array[] = [];
  for (let at = 0; at < framed.length;) {
    const end = at + 1 + (framed[at] ?? 0);
    keys.push(framed.slice(at + 1, end));
    at = end;
  }
  return keys;
}

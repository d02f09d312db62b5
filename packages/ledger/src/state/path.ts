/** Names a value in the state inside this process: contract, collection and key. Never stored. */
export type StatePath = string;

/** The three parts never hold a NUL, except the key, which comes last. */
export function statePath(contract: string, collection: string, key: string): StatePath {
  return `${contract}\0${collection}\0${key}`;
}

/** The parts of a path. */
export function splitStatePath(path: StatePath): {
  contract: string;
  collection: string;
  key: string;
} {
  const first = path.indexOf('\0');
  const second = path.indexOf('\0', first + 1);
  return {
    contract: path.slice(0, first),
    collection: path.slice(first + 1, second),
    key: path.slice(second + 1),
  };
}

import { closeSync, existsSync, openSync, renameSync, statSync, writeSync } from 'node:fs';

/** Size at which a start puts the log file aside as `.1`: a day of debug lines, and no more than two files ever. */
const LOG_BYTES_MAX = 16 * 1024 * 1024;

/** Where log lines go. */
export interface LogDestination extends Disposable {
  write(line: string): void;
}

/** A log file, appended to. Where the data folder is not there to hold it, lines are dropped: the fault is told anyway. */
export function openLogFile(path: string, isThere: boolean): LogDestination {
  if (!isThere) return { write: () => undefined, [Symbol.dispose]: () => undefined };
  let file: number;
  try {
    if (existsSync(path) && statSync(path).size > LOG_BYTES_MAX) renameSync(path, `${path}.1`);
    file = openSync(path, 'a', 0o600);
  } catch {
    // A folder that can't be written keeps the node from starting, which it says itself, by its own name.
    return { write: () => undefined, [Symbol.dispose]: () => undefined };
  }
  return {
    write(line) {
      try {
        writeSync(file, line);
      } catch {
        // A full disk must not end the node over a line of log; /readyz and its answers tell of the disk.
      }
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}

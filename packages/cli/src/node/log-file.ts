import { closeSync, existsSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

/** Size at which a log file is put aside as `.1`, the one before as `.2` and so on: a day of debug lines. */
const LOG_BYTES_MAX = 16 * 1024 * 1024;
/** Files put aside; the oldest goes. */
const LOG_FILES_MAX = 5;

/** Where log lines go. */
export interface LogDestination extends Disposable {
  write(line: string): void;
  /** Begins the file anew by its name: whoever rotates logs from outside has moved it away. */
  reopen(): void;
}

/**
 * A log file, appended to, and put aside when it is large. Where the data folder is not there to hold it, lines are dropped: the
 * fault is told anyway.
 */
export function openLogFile(
  path: string,
  isThere: boolean,
  bytesMax: number = LOG_BYTES_MAX,
): LogDestination {
  let file = isThere ? openFile(path) : undefined;
  function close(): void {
    if (file !== undefined) closeSync(file.handle);
    file = undefined;
  }
  return {
    write(line) {
      if (file === undefined) return;
      try {
        if (file.sizeBytes >= bytesMax) {
          close();
          putAside(path);
          file = openFile(path);
        }
        if (file !== undefined) file.sizeBytes += writeSync(file.handle, line);
      } catch {
        // A full disk must not end the node over a line of log; /readyz and its answers tell of the disk.
      }
    },
    reopen() {
      if (!isThere) return;
      close();
      file = openFile(path);
    },
    [Symbol.dispose]: close,
  };
}

/** Undefined for a folder that can't be written: that keeps the node from starting, which it says itself, by its own name. */
function openFile(path: string): { readonly handle: number; sizeBytes: number } | undefined {
  try {
    const handle = openSync(path, 'a', 0o600);
    return { handle, sizeBytes: fstatSync(handle).size };
  } catch {
    return undefined;
  }
}

function putAside(path: string): void {
  for (let number = LOG_FILES_MAX; number > 1; number--) {
    const younger = `${path}.${number - 1}`;
    if (existsSync(younger)) renameSync(younger, `${path}.${number}`);
  }
  renameSync(path, `${path}.1`);
}

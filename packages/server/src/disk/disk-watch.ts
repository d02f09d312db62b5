import { statfsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';

/** How often the room on the disk is looked at: a disk that takes 100 MB/s fills the reserve in two seconds and a half. */
const LOOK_MS = 1_000;
/** The reserve is never more than this share of the disk, so that small disks can be used at all. */
const SHARE_MAX = 1 / 20;
/** Writing begins again at this many times the reserve, so that it does not stop and start at every block. */
const RESUME_FACTOR = 1.25;

/** Seconds after which a low disk is worth another try: somebody has to make room first. */
export const DISK_LOW_RETRY_SECONDS = 30;

/** Room on a disk, in bytes. */
export interface DiskRoom {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** What is known of the disk that a data folder lies on. */
export interface DiskState extends DiskRoom {
  /** Below this nothing more is taken in; 0 when no reserve is kept. */
  readonly reserveBytes: number;
  readonly isLow: boolean;
}

/** Watches the room on a disk: low below the reserve, and again not low some way above it. */
export class DiskWatch implements Disposable {
  readonly #options: DiskWatchOptions;
  #state: DiskState;
  readonly #timer: NodeJS.Timeout;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
    const room = options.read === undefined ? roomOf(statfsSync(options.directory)) : undefined;
    this.#state = stateOf(room ?? { freeBytes: 0, totalBytes: 0 }, options.reserveBytes, false);
    this.#timer = setInterval(() => void this.look(), LOOK_MS).unref();
  }

  state(): DiskState {
    return this.#state;
  }

  /** Looks now. A disk that cannot be asked stays what it was. */
  async look(): Promise<void> {
    const { directory, reserveBytes, onChange, read = readRoom } = this.#options;
    let room: DiskRoom;
    try {
      room = await read(directory);
    } catch {
      return;
    }
    const before = this.#state;
    this.#state = stateOf(room, reserveBytes, before.isLow);
    if (this.#state.isLow !== before.isLow) onChange?.(this.#state);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

export interface DiskWatchOptions {
  /** A folder on the disk. */
  readonly directory: string;
  /** Bytes to keep free; 0 keeps none. */
  readonly reserveBytes: number;
  readonly onChange?: (state: DiskState) => void;
  /** Reads the room; the system's own answer unless given. */
  readonly read?: (directory: string) => Promise<DiskRoom>;
}

function stateOf(room: DiskRoom, reserveBytes: number, wasLow: boolean): DiskState {
  const reserve = Math.min(reserveBytes, Math.floor(room.totalBytes * SHARE_MAX));
  const limit = wasLow ? reserve * RESUME_FACTOR : reserve;
  return { ...room, reserveBytes: reserve, isLow: room.freeBytes < limit };
}

async function readRoom(directory: string): Promise<DiskRoom> {
  return roomOf(await statfs(directory));
}

function roomOf(disk: {
  readonly bavail: number;
  readonly blocks: number;
  readonly bsize: number;
}): DiskRoom {
  return { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize };
}

import { createReadStream } from 'node:fs';
import { appendFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const PRIVATE_FILE_MODE = 0o600;
const PRIVATE_FOLDER_MODE = 0o700;
const READ_BYTES = 1_048_576;

/**
 * Ciphertext of a pull that is under way: `<grant>.part`, and beside it in `<grant>.seal` which ciphertext it is. The key to it is
 * never on disk. Pieces that a crash has torn are found out when the whole is verified.
 */
export interface PartialPull {
  /** Bytes that are here of this ciphertext; what is here of another is dropped. */
  begin(sealId: string): Promise<number>;
  append(piece: Uint8Array): Promise<void>;
  read(): AsyncIterable<Uint8Array>;
  discard(): Promise<void>;
}

export function createPartialPull(directory: string, grant: string): PartialPull {
  const part = join(directory, `${grant}.part`);
  const mark = join(directory, `${grant}.seal`);

  async function discard(): Promise<void> {
    await rm(part, { force: true });
    await rm(mark, { force: true });
  }

  return {
    async begin(sealId) {
      await mkdir(directory, { recursive: true, mode: PRIVATE_FOLDER_MODE });
      if ((await textOf(mark)) === sealId) return sizeOf(part);
      await discard();
      await writeFile(part, '', { mode: PRIVATE_FILE_MODE });
      await writeFile(mark, sealId, { mode: PRIVATE_FILE_MODE });
      return 0;
    },
    append: async (piece) => appendFile(part, piece, { mode: PRIVATE_FILE_MODE }),
    read: () => createReadStream(part, { highWaterMark: READ_BYTES }),
    discard,
  };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

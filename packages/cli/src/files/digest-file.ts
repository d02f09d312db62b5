import { createReadStream, statSync } from 'node:fs';
import { createContentDigester } from '@hefu/sdk';
import type { FileDigests } from '@hefu/sdk';
import { EXIT } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';

/** Bytes read at a time. */
const READ_BYTES = 1024 * 1024;

/**
 * SHA-256, SM3 and size of a file, read once, in constant memory. Throws CliFault `file-changed` when somebody wrote to
 * it meanwhile: nobody could say what the digests are of.
 */
export async function digestFile(
  path: string,
  onRead: (bytes: number) => void = () => undefined,
): Promise<FileDigests> {
  const before = statSync(path);
  const digester = createContentDigester();
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
    const bytes = chunk as Uint8Array;
    digester.update(bytes);
    onRead(bytes.length);
  }
  const digests = digester.digest();
  const after = statSync(path);
  if (digests.size === before.size && after.mtimeMs === before.mtimeMs) return digests;
  throw new CliFault({
    code: 'file-changed',
    exitCode: EXIT.failure,
    what: `${path} was written to while it was read`,
    advice: 'Run the same command again when nobody works on the file.',
  });
}

import { readFileSync } from 'node:fs';
import { NOTE_LENGTH_MAX } from '@hefu/protocol';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';
import { resolvePath } from '../node/data-folder.ts';

/** Time that a mirror has to answer. */
const ANSWER_TIMEOUT_MS = 30_000;

/** The text of a checkpoint, from a file or an address. */
export async function readCheckpoint(context: CommandContext, place: string): Promise<string> {
  if (!/^https?:\/\//.test(place)) return readFileSync(resolvePath(context, place), 'utf8');
  let text: string;
  try {
    const answer = await fetch(place, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    text = await answer.text();
  } catch (error) {
    throw new CliFault({
      code: 'checkpoint-unreachable',
      exitCode: EXIT.unavailable,
      what: `${place} gave no checkpoint`,
      why: [error instanceof Error ? error.message : String(error)],
      advice: 'Check the address, or fetch the checkpoint into a file and name that.',
    });
  }
  return text.slice(0, NOTE_LENGTH_MAX + 1);
}

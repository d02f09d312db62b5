import { isCancel, text } from '@clack/prompts';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';

/**
 * Asks for the name of what is about to be harmed, typed out. `--yes` answers; without a terminal, or with `--no-input`,
 * nothing can be asked and nothing is done.
 */
export async function confirmByName(
  { globals, io, output }: CommandContext,
  options: { readonly name: string; readonly effect: string },
): Promise<void> {
  if (globals.yes) return;
  const { name, effect } = options;
  if (!globals.input || !io.stdout.isTty || output.json) {
    throw new CliFault({
      code: 'confirmation-needed',
      exitCode: EXIT.usage,
      what: `this wants to be confirmed: ${effect}`,
      advice: 'Give --yes, or run the command on a terminal.',
    });
  }
  const answer = await text({ message: `${effect} Type ${name} to go on.` });
  if (!isCancel(answer) && answer.trim() === name) return;
  throw new CliFault({
    code: 'not-confirmed',
    exitCode: EXIT.failure,
    what: 'it was not confirmed; nothing was done',
  });
}

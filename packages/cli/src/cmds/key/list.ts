import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { keyJson } from '../../node/key-text.ts';
import { openFolderKeystore } from '../../node/signer.ts';
import { table } from '../../output/table.ts';

export const describe: CommandText = {
  summary: 'Lists the keys in the keystore of the data folder; private parts are never shown.',
  examples: ['hefu key list', 'hefu key list --json'],
  json: 'one line for each key, `{format: "hefu-key-info/1", id, hash, algorithm, purpose, member, publicKey, created}`.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const { keys, faults } = openFolderKeystore(context).list();
  for (const fault of faults) output.warn(`${fault.code}: ${fault.path ?? ''}`);
  if (output.json) {
    for (const key of keys) output.value(keyJson(key));
  } else {
    const rows = keys.map(({ id, member, purpose, algorithm }) => [
      id,
      member ?? '(the node)',
      purpose,
      algorithm,
    ]);
    for (const line of table(['id', 'member', 'purpose', 'algorithm'], rows)) output.line(line);
  }
  return faults.length === 0 ? EXIT.ok : EXIT.failure;
}

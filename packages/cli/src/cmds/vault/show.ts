import { toHex } from '@hefu/bytes';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { connectNode } from '../../node/connect.ts';
import { fields, sizeText } from '../../output/table.ts';
import { visible } from '../../output/visible.ts';
import { GRANTER, whoseOf } from '../../sharing/granter-option.ts';

export const describe: CommandText = {
  arguments: [{ name: '<object>', summary: 'Digest of the record of a private deposit.' }],
  summary: 'Shows the private item that a record holds.',
  examples: ['hefu vault show 3a7f…e1', 'hefu vault show 3a7f…e1 --granter lanhe-dairy'],
  json: '`{format: "hefu-private-item/1", object, salt, item}`; bytes in hex.',
};

export const options: readonly OptionText[] = [GRANTER];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly object: string; readonly granter?: string },
): Promise<ExitCode> {
  const { output } = context;
  const { object } = input;
  const client = connectNode(context);
  const { item, salt } = await client.vault.privateItem(object, whoseOf(input.granter));
  const shown = Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? toHex(value) : value,
    ]),
  );
  const value = { format: 'hefu-private-item/1', object, salt: toHex(salt), item: shown };
  output.result(value, () =>
    fields(
      Object.entries(shown).map(
        ([name, each]) =>
          [name, name === 'size' ? sizeText(Number(each)) : visible(String(each))] as const,
      ),
    ),
  );
  return EXIT.ok;
}

import type { ReceiptFormat } from '@hefu/sdk';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { usageFault } from '../../fault.ts';
import { jsonText, writeWhole } from '../../files/write-file.ts';
import { verifyingClient } from '../../node/verifying-client.ts';
import { resolvePath } from '../../node/data-folder.ts';

export const describe: CommandText = {
  arguments: [{ name: '<id>', summary: 'Id of the statement, 64 hex digits.' }],
  summary: 'Gets the receipt of a statement, verified before it is written.',
  details: [
    'tlog-proof and cose are the standards’ own forms of the same proof, for other people’s tools; chains of the GM suite have neither.',
  ],
  examples: [
    'hefu receipt get 5d1c…07 --out order.receipt.json',
    'hefu receipt get 5d1c…07 --item 3',
    'hefu receipt get 5d1c…07 --format tlog-proof --out order.tlog-proof',
  ],
  json: 'the receipt itself, on one line.',
};

export const options: readonly OptionText[] = [
  {
    flags: '--format <format>',
    summary: 'json unless given.',
    choices: ['json', 'tlog-proof', 'cose'],
  },
  { flags: '--item <index>', summary: 'Of a batch: the receipt of this item, counted from 0.' },
  { flags: '--trust <file>', summary: 'Verify against this trust file instead of the node’s.' },
  { flags: '--out <file>', summary: 'Where it goes; standard output unless given, or -.' },
];

interface Input {
  readonly id: string;
  readonly format?: ReceiptFormat;
  readonly item?: string;
  readonly trust?: string;
  readonly out?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { id, format = 'json' } = input;
  if (!/^[0-9a-f]{64}$/.test(id)) {
    throw usageFault('statement-id-invalid', `${id} is no id of a statement`);
  }
  const client = await verifyingClient(context, input.trust);
  if (format !== 'json') {
    if (input.item !== undefined) throw usageFault('usage', `--item goes with --format json`);
    write(context, input.out, await client.receiptBytes(id, format));
    return EXIT.ok;
  }
  const receipt =
    input.item === undefined
      ? await client.receipt(id)
      : await client.verified(
          await client.http.json({
            path: `/v1/evidence/${id}/items/${itemOf(input.item)}/receipt`,
          }),
        );
  const { output } = context;
  write(context, input.out, output.json ? `${JSON.stringify(receipt)}\n` : jsonText(receipt));
  return EXIT.ok;
}

function itemOf(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw usageFault('number-invalid', `--item: ${text} is no number`);
}

function write(
  context: CommandContext,
  out: string | undefined,
  content: string | Uint8Array,
): void {
  if (out === undefined || out === '-') {
    context.io.stdout.write(content);
    return;
  }
  writeWhole(resolvePath(context, out), content);
  context.output.say(`written: ${out}`);
}

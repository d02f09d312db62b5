import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { writeWhole } from '../../files/write-file.ts';
import { visible } from '../../output/visible.ts';
import { verifyingClient } from '../../node/verifying-client.ts';
import { readStatementFile, transparentPath } from '../../scitt/files.ts';

export const describe: CommandText = {
  arguments: [{ name: '<files...>', summary: 'Signed Statements: COSE_Sign1, of any tool.' }],
  summary: 'Registers statements of other systems (SCITT) and keeps their receipts.',
  details: [
    'Each is registered once, however often it is sent, and written again with its receipts as NAME.transparent.cose: a Transparent Statement, which verifies without any node. Who signed it has to be known: a member of the chain, or an issuer that an organisation has registered with `hefu scitt issuer add`.',
  ],
  examples: ['hefu scitt register sbom.cose', 'hefu scitt register out/*.cose --out registered'],
  json: 'one line for each, `{format: "hefu-scitt/1", file, id, receipts, transparentStatement}`: the last is where it was written.',
};

export const options: readonly OptionText[] = [
  { flags: '--out <folder>', summary: 'Where they go; beside each statement unless given.' },
  { flags: '--trust <file>', summary: 'Verify against this trust file instead of the node’s.' },
];

interface Input {
  readonly files: readonly string[];
  readonly out?: string;
  readonly trust?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output } = context;
  const client = await verifyingClient(context, input.trust);
  for (const file of input.files) {
    const statement = readStatementFile(context, file);
    const { id, receipts, transparentStatement } = await client.scitt.register(statement);
    const path = transparentPath(context, file, input.out);
    writeWhole(path, transparentStatement);
    const result = { file, id, receipts: receipts.length, transparentStatement: path };
    if (output.json) output.value({ format: 'hefu-scitt/1', ...result });
    else {
      output.line(`${output.style('good', '✓')} ${visible(file)} is registered as ${id}`);
      output.say(`  written: ${visible(path)}`);
    }
  }
  return EXIT.ok;
}

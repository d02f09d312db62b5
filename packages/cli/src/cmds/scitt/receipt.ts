import { attachReceipts, readTransparentStatement } from '@hefu/protocol';
import { toHex } from '@hefu/bytes';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { CliFault, usageFault } from '../../fault.ts';
import { writeWhole } from '../../files/write-file.ts';
import { resolvePath } from '../../node/data-folder.ts';
import { verifyingClient } from '../../node/verifying-client.ts';
import { readStatementFile } from '../../scitt/files.ts';

export const describe: CommandText = {
  arguments: [{ name: '<id>', summary: 'Digest of the statement, 64 hex digits.' }],
  summary: 'Gets the receipt of a registered statement, verified before it is written.',
  details: [
    'Without more, one COSE Receipt (RFC 9942), that of --validator or of the first that signed. With --statement the statement again with the receipts of all of them, a Transparent Statement.',
  ],
  examples: [
    'hefu scitt receipt 5d1c…07 --out sbom.receipt.cose',
    'hefu scitt receipt 5d1c…07 --statement sbom.cose --out sbom.transparent.cose',
  ],
  json: 'nothing else: the bytes are the result.',
};

export const options: readonly OptionText[] = [
  { flags: '--validator <organisation>', summary: 'Whose receipt.' },
  { flags: '--statement <file>', summary: 'The statement that receipts are attached to.' },
  { flags: '--trust <file>', summary: 'Verify against this trust file instead of the node’s.' },
  { flags: '--out <file>', summary: 'Where it goes; standard output unless given, or -.' },
];

interface Input {
  readonly id: string;
  readonly validator?: string;
  readonly statement?: string;
  readonly trust?: string;
  readonly out?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { id, validator, statement } = input;
  if (!/^[0-9a-f]{64}$/.test(id)) throw usageFault('scitt-locator-invalid', `${id} is no digest`);
  if (validator !== undefined && statement !== undefined) {
    throw usageFault('usage', '--statement takes the receipts of all validators');
  }
  const client = await verifyingClient(context, input.trust);
  const bytes =
    statement === undefined
      ? await client.scitt.receipt(id, validator === undefined ? {} : { validator })
      : attachReceipts(statementOf(context, statement, id), await client.scitt.receipts(id));
  if (input.out === undefined || input.out === '-') {
    context.io.stdout.write(bytes);
    return EXIT.ok;
  }
  writeWhole(resolvePath(context, input.out), bytes);
  context.output.say(`written: ${input.out}`);
  return EXIT.ok;
}

/** The statement in a file, which has to be the one that was asked about. */
function statementOf(
  context: CommandContext,
  path: string,
  id: string,
): Parameters<typeof attachReceipts>[0] {
  const taken = readTransparentStatement(readStatementFile(context, path));
  if (!taken.ok) {
    throw usageFault(taken.code, `${path} is no Signed Statement that can be registered`);
  }
  const { statement } = taken;
  if (toHex(statement.digest) === id) return statement;
  throw new CliFault({
    code: 'scitt-other-statement',
    exitCode: EXIT.usage,
    what: `${path} is another statement: ${toHex(statement.digest)}`,
  });
}

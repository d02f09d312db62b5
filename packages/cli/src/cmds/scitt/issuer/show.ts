import { toHex } from '@hefu/bytes';
import { decodeIssuerRecord, ISSUERS_COLLECTION } from '@hefu/protocol';
import type { CommandContext, CommandText, OptionText } from '../../../command.ts';
import { EXIT } from '../../../exit-codes.ts';
import type { ExitCode } from '../../../exit-codes.ts';
import { CliFault } from '../../../fault.ts';
import { dayText } from '../../../membership/certificate-files.ts';
import { intervalsText } from '../../../membership/intervals.ts';
import { verifyingClient } from '../../../node/verifying-client.ts';
import { table } from '../../../output/table.ts';
import { kidText } from '../../../scitt/kid.ts';

export const describe: CommandText = {
  arguments: [{ name: '<issuer>', summary: 'Its name, as its statements say it.' }],
  summary: 'Shows the keys of an issuer, also those that ended, and who answers for them.',
  details: ['Verified against the state of the chain.'],
  examples: ['hefu scitt issuer show https://vendor.example'],
  json: '`{issuer, keys: [{kid, algorithm, publicKey, organisation, active, notAfter}]}`: bytes in hex, `notAfter` in milliseconds UTC or null.',
};

export const options: readonly OptionText[] = [
  { flags: '--trust <file>', summary: 'Verify against this trust file instead of the node’s.' },
];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly issuer: string; readonly trust?: string },
): Promise<ExitCode> {
  const { issuer } = input;
  const client = await verifyingClient(context, input.trust);
  const { valueBytes } = await client.state('membership', ISSUERS_COLLECTION, issuer);
  const read = valueBytes === undefined ? undefined : decodeIssuerRecord(valueBytes);
  if (read?.ok !== true) {
    throw new CliFault({
      code: 'scitt-issuer-unknown',
      exitCode: EXIT.notFound,
      what: `no organisation has ever registered ${issuer}`,
    });
  }
  const { keys } = read.record;
  const result = keys.map((key) => ({
    ...key,
    kid: toHex(key.kid),
    publicKey: toHex(key.publicKey),
  }));
  context.output.result({ issuer, keys: result }, () =>
    table(
      ['key', 'algorithm', 'organisation', 'heights', 'until'],
      keys.map(({ kid, algorithm, organisation, active, notAfter }) => [
        kidText(kid),
        algorithm,
        organisation,
        intervalsText(active),
        notAfter === null ? '' : dayText(notAfter),
      ]),
    ),
  );
  return EXIT.ok;
}

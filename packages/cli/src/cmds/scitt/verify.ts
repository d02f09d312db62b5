import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { toHex } from '@hefu/bytes';
import { publicKeyFromSpki } from '@hefu/crypto/keys';
import { verifyTransparentStatement } from '@hefu/protocol';
import type { ReceiptFinding, TransparentStatementVerdict } from '@hefu/protocol';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { usageFault } from '../../fault.ts';
import { resolvePath } from '../../node/data-folder.ts';
import type { Output } from '../../output/output.ts';
import { visible } from '../../output/visible.ts';
import { readStatementFile } from '../../scitt/files.ts';
import { findTrustFile, readTrustFile } from '../../verify/trust-file.ts';

export const describe: CommandText = {
  arguments: [{ name: '<file>', summary: 'A Transparent Statement: with receipts in it.' }],
  summary: 'Verifies a statement of another system and its receipts: no node, no network.',
  details: [
    'The receipts have to be of this very statement, and their validators have to have more than two thirds of the voting power by the trust file; without --trust the nearest trust.json is taken, beside the statement or above it. With --key the issuer’s signature is checked too; without it that is left to the consortium, which registers nothing else.',
    'Ends with 4 when it does not hold.',
  ],
  examples: [
    'hefu scitt verify sbom.transparent.cose --trust consortium-trust.json',
    'hefu scitt verify sbom.transparent.cose --key issuer.pub.pem',
  ],
  json: '`{format: "hefu-scitt-verify/1", file, ok, code, id, issuer, subject, index, signatureChecked, receipts}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--trust <file>', summary: 'The trust file.' },
  { flags: '--key <file>', summary: 'The issuer’s public key (SPKI, PEM).' },
];

interface Input {
  readonly file: string;
  readonly trust?: string;
  readonly key?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output } = context;
  const bytes = readStatementFile(context, input.file);
  const trustPath =
    input.trust === undefined
      ? findTrustFile(dirname(resolvePath(context, input.file)))
      : resolvePath(context, input.trust);
  const trust = await readTrustFile(trustPath);
  const verdict = verifyTransparentStatement({ bytes, trust, ...keyOf(context, input.key) });
  const { ok, code = null, statement, index = null, signatureChecked } = verdict;
  output.result(
    {
      format: 'hefu-scitt-verify/1',
      file: input.file,
      ok,
      code,
      id: statement === undefined ? null : toHex(statement.digest),
      issuer: statement?.issuer ?? null,
      subject: statement?.subject ?? null,
      index,
      signatureChecked,
      receipts: verdict.receipts,
    },
    () => linesOf(output, verdict, trust.chain),
  );
  return ok ? EXIT.ok : EXIT.refused;
}

function keyOf(
  context: CommandContext,
  path: string | undefined,
): Pick<Parameters<typeof verifyTransparentStatement>[0], 'issuerKey'> {
  if (path === undefined) return {};
  const read = publicKeyFromSpki(readFileSync(resolvePath(context, path), 'utf8'));
  if (!read.ok) throw usageFault(read.code, `${path} is no public key of a known algorithm`);
  return { issuerKey: { algorithm: read.algorithm, publicKey: read.publicKey } };
}

function linesOf(
  output: Output,
  { ok, code, statement, receipts, signatureChecked, index }: TransparentStatementVerdict,
  chain: string,
): readonly string[] {
  const [good, bad] = [output.style('good', '✓'), output.style('bad', '✗')];
  const told =
    statement === undefined
      ? []
      : [
          `${good} A Signed Statement of ${visible(statement.issuer)}, about ${visible(statement.subject)}`,
          output.style('dim', `  digest ${toHex(statement.digest)}`),
        ];
  const signed =
    signatureChecked && code !== 'signature-wrong' ? [`${good} Signed by the key given`] : [];
  const end = ok
    ? `${good} It is registered on ${chain} as entry ${index ?? 0}.`
    : `${bad} This does not hold: ${code ?? ''}.`;
  return [...told, ...signed, ...receipts.map((each) => receiptLine(output, each)), '', end];
}

function receiptLine(output: Output, finding: ReceiptFinding): string {
  if (finding.ok) {
    return `${output.style('good', '✓')} ${finding.organisation}: in the log of ${finding.size} entries`;
  }
  const { organisation, code } = finding;
  if (organisation === undefined) return output.style('dim', '· a receipt of another log');
  return `${output.style('bad', '✗')} ${organisation}: ${code}`;
}

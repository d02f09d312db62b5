import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { toHex } from '@hefu/bytes';
import { CheckMemory } from '@hefu/protocol';
import type { Trust } from '@hefu/protocol';
import type { CommandContext, CommandText, OptionText } from '../command.ts';
import { RECEIPT_ENDING } from '../deposit/receipt-files.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { CliFault, usageFault } from '../fault.ts';
import { resolvePath } from '../node/data-folder.ts';
import type { Output } from '../output/output.ts';
import { startProgress } from '../output/progress.ts';
import { countText, timeText } from '../output/table.ts';
import { visible } from '../output/visible.ts';
import { contentPath } from '../verify/content-path.ts';
import { findReceipts } from '../verify/find-receipts.ts';
import type { FoundReceipt } from '../verify/find-receipts.ts';
import { codeMeaning, stepFinding, stepQuestion } from '../verify/step-text.ts';
import { findTrustFile, readTrustFile } from '../verify/trust-file.ts';
import { uncoveredContents } from '../verify/uncovered.ts';
import type { Uncovered } from '../verify/uncovered.ts';
import { verifyFile } from '../verify/verify-one.ts';
import type { Finding, ReportedStep } from '../verify/verify-one.ts';

export const describe: CommandText = {
  arguments: [{ name: '<receipt>', summary: 'A receipt, or a folder of receipts.' }],
  summary: 'Verifies receipts: no node, no network, only the receipt and a trust file.',
  details: [
    'Draws each step of the proof and what was found. With --content the file is hashed and compared too. A folder is verified receipt by receipt; what does not hold is drawn in full. Without --trust the nearest trust.json is taken, beside the receipt or above it: whoever could change the receipt could change that file as well, so compare its genesis digest with one that you have from elsewhere. That suffices: the validators follow from it, and a file with other keys is refused.',
    'Of a folder of contents, files for which there is no receipt are counted and named: nothing is proven about them. They are no failure.',
    'Ends with 4 when anything does not hold. A receipt of a refusal holds: it proves that the statement was refused.',
  ],
  examples: [
    'hefu verify receipts/order.pdf.receipt.json --content contracts/order.pdf',
    'hefu verify ./receipts --content ./contracts --trust consortium-trust.json',
    'hefu verify ./receipts --json | jq -c "select(.ok | not)"',
  ],
  json: 'one line for each receipt, `{format: "hefu-verify/1", receipt, content, ok, code, outcome, facts, steps}`; for a folder a last one, `{format: "hefu-verify-summary/1", ok, receipts, failed, codes, uncovered, uncoveredCount, trust, genesis}`: with `--content` `uncovered` names the files without a receipt, 10,000 of them at most.',
};

export const options: readonly OptionText[] = [
  {
    flags: '--content <path>',
    summary: 'The file, or for a folder of receipts the folder of files.',
  },
  { flags: '--trust <file>', summary: 'The trust file.' },
];

interface Input {
  readonly receipt: string;
  readonly content?: string;
  readonly trust?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const path = resolvePath(context, input.receipt);
  const isFolder = statSync(path).isDirectory();
  const trustPath =
    input.trust === undefined
      ? findTrustFile(isFolder ? path : dirname(path))
      : resolvePath(context, input.trust);
  const trust = await readTrustFile(trustPath);
  if (input.trust === undefined) sayTrust(context.output, trustPath, trust);
  return isFolder
    ? verifyFolder(context, input, { path, trust, trustPath })
    : verifySingle(context, input, { path, trust, trustPath });
}

interface Task {
  readonly path: string;
  readonly trust: Trust;
  readonly trustPath: string;
}

function sayTrust(output: Output, path: string, trust: Trust): void {
  output.say(`trust file: ${path} (${trust.chain}, genesis ${toHex(trust.genesis)})`);
  output.say(
    'It lay with the receipts: compare its genesis digest with one that you have from elsewhere.\n',
  );
}

async function verifySingle(
  context: CommandContext,
  input: Input,
  { path, trust }: Task,
): Promise<ExitCode> {
  const { output } = context;
  const finding = await verifyFile({
    path,
    name: input.receipt,
    content: contentOfSingle(context, input.content, path),
    trust,
    memory: new CheckMemory(),
  });
  output.result({ format: 'hefu-verify/1', ...finding }, () => [
    trustLine(output, trust),
    ...finding.steps.map((step) => stepLine(output, step)),
    '',
    ...conclusion(output, finding),
  ]);
  return finding.ok ? EXIT.ok : EXIT.refused;
}

/** In a folder the content has the receipt's name without its ending. */
function contentOfSingle(
  context: CommandContext,
  content: string | undefined,
  receipt: string,
): string | undefined {
  if (content === undefined) return undefined;
  const path = resolvePath(context, content);
  if (!statSync(path).isDirectory()) return path;
  return contentPath(path, basename(receipt, RECEIPT_ENDING));
}

/** Where the contents of a folder of receipts lie. Throws CliFault `content-not-a-folder`. */
function contentsFolder(context: CommandContext, { content, receipt }: Input): string | undefined {
  if (content === undefined) return undefined;
  const path = resolvePath(context, content);
  if (statSync(path).isDirectory()) return path;
  throw usageFault(
    'content-not-a-folder',
    `${receipt} is a folder of receipts, ${content} one file`,
    'Name the receipt of that file, or the folder in which the contents lie.',
  );
}

async function verifyFolder(
  context: CommandContext,
  input: Input,
  { path, trust, trustPath }: Task,
): Promise<ExitCode> {
  const { output, io } = context;
  const found = findReceipts(path);
  if (found.length === 0) {
    throw new CliFault({
      code: 'receipts-missing',
      exitCode: EXIT.notFound,
      what: `there is no receipt in ${input.receipt}`,
      advice: `Receipts are files whose names end with ${RECEIPT_ENDING}.`,
    });
  }
  const contents = contentsFolder(context, input);
  const progress = startProgress(output, { label: 'verifying', total: found.length, now: io.now });
  const memory = new CheckMemory();
  const codes = new Map<string, number>();
  const covered = new Set<string>();
  let failed = 0;
  for (const [position, receipt] of found.entries()) {
    const content = contentOf(contents, receipt);
    if (content !== undefined) covered.add(content);
    const finding = await verifyFile({ ...receipt, content, trust, memory });
    progress.update(position + 1, receipt.name);
    if (!finding.ok) failed++;
    if (finding.code !== undefined) codes.set(finding.code, (codes.get(finding.code) ?? 0) + 1);
    if (output.json) output.value({ format: 'hefu-verify/1', ...finding });
    else if (!finding.ok || !output.quiet) reportLines(output, finding, progress);
  }
  progress.end();
  const genesis = toHex(trust.genesis);
  const rest =
    contents === undefined
      ? undefined
      : uncoveredContents({ contents, covered, receipts: path, trustPath });
  const ok = failed === 0;
  const summary = {
    ok,
    receipts: found.length,
    failed,
    codes: Object.fromEntries(codes),
    ...(rest === undefined ? {} : { uncovered: rest.names, uncoveredCount: rest.count }),
  };
  output.result({ format: 'hefu-verify-summary/1', ...summary, trust: trustPath, genesis }, () => [
    '',
    ok
      ? `${output.style('good', '✓')} ${countText(found.length, 'receipt')}, all of them hold.`
      : `${output.style('bad', '✗')} ${failed} of ${countText(found.length, 'receipt')} ${failed === 1 ? 'does' : 'do'} not hold.`,
  ]);
  if (rest !== undefined && rest.count > 0 && !output.json) warnUncovered(output, rest);
  return ok ? EXIT.ok : EXIT.refused;
}

/** Names that a warning tells. */
const NAMES_SHOWN_MAX = 5;

/** No fault of any receipt, but whoever sees that all of them hold must not think that of these files. */
function warnUncovered(output: Output, { count, names }: Uncovered): void {
  const more = count > NAMES_SHOWN_MAX ? `, and ${count - NAMES_SHOWN_MAX} more` : '';
  const verb = count === 1 ? 'has' : 'have';
  output.warn(
    `${countText(count, 'file')} among the contents ${verb} no receipt here, so nothing is said of ${count === 1 ? 'it' : 'them'}: ` +
      `${names.slice(0, NAMES_SHOWN_MAX).join(', ')}${more}`,
  );
}

function contentOf(contents: string | undefined, receipt: FoundReceipt): string | undefined {
  return contents === undefined ? undefined : contentPath(contents, receipt.contentName);
}

/** A line for a receipt that holds; for another also the steps that do not. */
function reportLines(output: Output, finding: Finding, progress: { end(): void }): void {
  progress.end();
  if (finding.ok) {
    const refusal =
      finding.code === undefined ? '' : `  (proves a refusal: ${finding.outcome ?? ''})`;
    output.line(`${output.style('good', '✓')} ${visible(finding.receipt)}${refusal}`);
    return;
  }
  const code = finding.code ?? '';
  output.line(
    `${output.style('bad', '✗')} ${visible(finding.receipt)}  ${output.style('bad', code)}`,
  );
  for (const step of finding.steps) {
    if (!step.ok && step.code !== 'not-judged') output.line(`  ${stepLine(output, step)}`);
  }
}

function stepLine(output: Output, step: ReportedStep): string {
  const { id, ok, code = '' } = step;
  const found = visible(stepFinding({ id, ok, data: step.data }));
  const tail = found === '' ? '' : `  ${output.style('dim', found)}`;
  if (ok) return `${output.style('good', '✓')} ${stepQuestion(id).padEnd(QUESTION_WIDTH)}${tail}`;
  if (code === 'not-judged') {
    return output.style('dim', `· ${stepQuestion(id)}: ${codeMeaning(code)}`);
  }
  const reason = `${codeMeaning(code)} (${code})`;
  return `${output.style('bad', '✗')} ${stepQuestion(id)}: ${output.style('bad', reason)}${tail}`;
}

/** What the trust file itself was found to prove, before any receipt. */
function trustLine(output: Output, { genesis, spans, predecessor }: Trust): string {
  const changes = spans.length - 1;
  const through = changes === 0 ? '' : `, ${countText(changes, 'change')} proven since`;
  const before = predecessor === undefined ? '' : `, after a break of ${predecessor.chain}`;
  const found = `${toHex(genesis).slice(0, 16)}…${through}${before}`;
  const text = 'The validators follow from the genesis digest'.padEnd(QUESTION_WIDTH);
  return `${output.style('good', '✓')} ${text}  ${output.style('dim', found)}`;
}

/** Width of the longest question. */
const QUESTION_WIDTH = 46;

function conclusion(output: Output, finding: Finding): readonly string[] {
  const { facts, code = '' } = finding;
  if (!finding.ok || facts === undefined) {
    return [
      `${output.style('bad', '✗ This receipt does not hold')}: ${codeMeaning(code)} (${code}).`,
    ];
  }
  const { member, time, chain, height, checkpointTimeSeconds, cosigners } = facts;
  const said =
    finding.code === undefined
      ? `${member} said this on ${chain} at ${timeText(time)} (height ${height}).`
      : `${member} said this on ${chain} at ${timeText(time)}, and it was refused: ${finding.outcome ?? ''}.`;
  return [
    `${output.style('good', '✓ This receipt holds.')} ${said}`,
    `  Cosigned by ${cosigners.join(', ')} at ${timeText(checkpointTimeSeconds * 1000)}.`,
  ];
}

import { toHex } from '@hefu/bytes';
import type { FoundEvidence } from '@hefu/sdk';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { usageFault } from '../../fault.ts';
import { digestFile } from '../../files/digest-file.ts';
import { connectNode } from '../../node/connect.ts';
import { resolvePath } from '../../node/data-folder.ts';
import type { Output } from '../../output/output.ts';
import { table, timeText } from '../../output/table.ts';

export const describe: CommandText = {
  arguments: [{ name: '[digest]', summary: 'SHA-256 or SM3 digest of the content, in hex.' }],
  summary: 'Finds deposits, newest first, by digest, file, case, depositor, organisation or time.',
  details: ['What is given must all hold. Ends with 3 when nothing is found.'],
  examples: [
    'hefu evidence find --file ./contracts/order.pdf',
    'hefu evidence find --case 2026-117 --from 2026-11-01',
    'hefu evidence find 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --json',
  ],
  json: 'one line for each deposit, as the API has it.',
};

export const options: readonly OptionText[] = [
  { flags: '--file <path>', summary: 'A file, which is hashed; it is not sent.' },
  { flags: '--case <reference>', summary: 'Of this case.' },
  { flags: '--depositor <member>', summary: 'By this member, ORGANISATION/NAME.' },
  { flags: '--organisation <id>', summary: 'By members of this organisation.' },
  { flags: '--from <time>', summary: 'Deposited then or later: 2026-11-21, or with a time.' },
  { flags: '--to <time>', summary: 'Deposited before then.' },
  { flags: '--limit <number>', summary: 'At most so many; 50 unless given.' },
];

interface Input {
  readonly digest?: string;
  readonly file?: string;
  readonly case?: string;
  readonly depositor?: string;
  readonly organisation?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: string;
}

/** Deposits shown unless more are asked for. */
const LIMIT_DEFAULT = 50;
/** A page of the API. */
const PAGE_MAX = 200;

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output } = context;
  const limit = numberOf('--limit', input.limit) ?? LIMIT_DEFAULT;
  const query = {
    ...(await digestOf(context, input)),
    ...(input.case === undefined ? {} : { case: input.case }),
    ...(input.depositor === undefined ? {} : { depositor: input.depositor }),
    ...(input.organisation === undefined ? {} : { organisation: input.organisation }),
    ...timeOf('from', input.from),
    ...timeOf('to', input.to),
  };
  const client = connectNode(context);
  const found: FoundEvidence[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.evidence.find({
      ...query,
      limit: Math.min(limit - found.length, PAGE_MAX),
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && found.length < limit);
  if (output.json) for (const each of found) output.value(each);
  else for (const line of table(HEADINGS, rowsOf(output, found))) output.line(line);
  if (found.length === 0) output.say('Nothing was found.');
  return found.length === 0 ? EXIT.notFound : EXIT.ok;
}

const HEADINGS = ['time', 'depositor', 'files', 'name', 'case', 'statement'];

function rowsOf(output: Output, found: readonly FoundEvidence[]): readonly (readonly string[])[] {
  return found.map(({ time, depositor, count, index, type, item, title, case: name, id }) => {
    const isWhole = index === undefined || type === 'single';
    const files = isWhole ? String(count) : `${index + 1}/${count}`;
    const about = output.cell(item?.name ?? title ?? '');
    return [timeText(time), depositor, files, about, output.cell(name ?? ''), id];
  });
}

async function digestOf(
  context: CommandContext,
  { digest, file }: Input,
): Promise<{ readonly digest?: string; readonly sha256?: string }> {
  if (file !== undefined) {
    const { sha256 } = await digestFile(resolvePath(context, file));
    return { sha256: toHex(sha256) };
  }
  if (digest === undefined) return {};
  if (/^[0-9a-f]{64}$/i.test(digest)) return { digest: digest.toLowerCase() };
  throw usageFault('digest-invalid', `${digest} is no digest`, 'A digest is 64 hex digits.');
}

function timeOf(name: 'from' | 'to', text: string | undefined): Readonly<Record<string, number>> {
  if (text === undefined) return {};
  const time = Date.parse(text);
  if (Number.isNaN(time)) {
    throw usageFault('time-invalid', `--${name}: ${text} is no time`, 'As in 2026-11-21T08:30Z.');
  }
  return { [name]: time };
}

function numberOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw usageFault('number-invalid', `${flag}: ${text} is no number from 1 on`);
}

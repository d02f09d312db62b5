import { AUDIT_PAGE_MAX } from '@hefu/accounts';
import type { AuditEntry } from '@hefu/accounts';
import { toHex } from '@hefu/bytes';
import { openFolderAccounts } from '../../accounts/open.ts';
import { timeText } from '../../accounts/texts.ts';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { CliFault, usageFault } from '../../fault.ts';
import { table } from '../../output/table.ts';

/** Lines shown when nothing else is said. */
const LIMIT_DEFAULT = 20;

export const describe: CommandText = {
  summary: 'Shows what everybody did or was refused, newest first, or verifies all of it.',
  details: [
    'With --verify every line is checked against the one before, and the last one against its seal. Keep what it prints elsewhere: a trail whose line of that number has another hash later was exchanged as a whole.',
  ],
  examples: ['hefu account audit --limit 50', 'hefu account audit --verify --json'],
  json: 'one line for each, `{format: "hefu-audit-line/1", seq, time, actor, action, target, outcome, code, detail, count, hash}`; with --verify `{format: "hefu-audit-check/1", ok, seq, hash}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--limit <count>', summary: `How many lines; ${LIMIT_DEFAULT} unless given.` },
  { flags: '--verify', summary: 'Checks the whole trail.' },
];

interface Input {
  readonly limit?: string;
  readonly verify?: boolean;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  using accounts = openFolderAccounts(context);
  const { output } = context;
  if (input.verify === true) {
    const check = accounts.audit.verify();
    if (!check.ok) {
      throw new CliFault({
        code: check.code,
        exitCode: EXIT.refused,
        what: `the audit trail is not as it was written, from line ${check.seq} on`,
        advice: 'Keep accounts.sqlite as evidence, and restore it from a backup.',
      });
    }
    const { seq } = check.head;
    const hash = toHex(check.head.hash);
    output.result({ format: 'hefu-audit-check/1', ok: true, seq, hash }, () => [
      `${seq} lines, all as they were written; the last has the hash ${hash}`,
    ]);
    return EXIT.ok;
  }
  const entries = accounts.audit.list({ limit: limitOf(input.limit) });
  if (output.json) {
    for (const entry of entries) output.value(entryJson(entry));
    return EXIT.ok;
  }
  const rows = entries.map((entry) => [
    timeText(entry.timeMs),
    output.cell(entry.actor.name === '' ? entry.actor.kind : entry.actor.name),
    entry.action,
    output.cell(entry.target),
    entry.outcome === 'done' ? 'done' : entry.code,
    entry.count === 1 ? '' : `× ${entry.count}`,
  ]);
  for (const line of table(['time', 'who', 'what', 'on', 'outcome', ''], rows)) output.line(line);
  return EXIT.ok;
}

function entryJson({ timeMs, hash, ...entry }: AuditEntry): object {
  return { format: 'hefu-audit-line/1', ...entry, time: timeText(timeMs), hash: toHex(hash) };
}

function limitOf(typed: string | undefined): number {
  if (typed === undefined) return LIMIT_DEFAULT;
  const limit = Number(typed);
  if (/^\d{1,4}$/.test(typed) && limit >= 1 && limit <= AUDIT_PAGE_MAX) return limit;
  throw usageFault(
    'limit-invalid',
    `--limit: ${typed} is no count`,
    `It is 1 to ${AUDIT_PAGE_MAX}.`,
  );
}

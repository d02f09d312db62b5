import type { Command, OptionText } from '../command.ts';
import { COMMANDS, GLOBAL_OPTIONS } from '../commands.ts';

/** The page docs/reference/cli.md: made of the same texts as the program's help. */
export function referencePage(): string {
  return `${[INTRODUCTION, optionTable(GLOBAL_OPTIONS), ...COMMANDS.map(commandSection)].join(
    '\n\n',
  )}\n`;
}

const INTRODUCTION = `# Commands

\`hefu\` runs as \`npx hefu\` in a checkout. \`hefu --help\` and \`hefu COMMAND --help\` say what this page says; a test holds the two
together (\`HEFU_WRITE_REFERENCE=1 npx vitest run packages/cli\` writes it anew).

Data go to standard output, talk to standard error. With \`--json\` there is nothing but JSON on standard output: one value, or one a
line where there are several. Its shapes only ever grow within a format version. A fault is one JSON object on standard error:
\`{error: {code, exitCode, message, details, advice}}\`; a command line that cannot be understood is one too, with the code \`usage\`.

| exit code | means |
| --- | --- |
| 0 | Done. |
| 1 | It did not work, for a reason that is none of the others. |
| 2 | The command line or a setting is wrong; nothing was done. |
| 3 | What was named is not there. |
| 4 | The node or a contract refused, or what was verified does not hold. |
| 5 | Nobody answers, or something is busy or full: worth another try. |

A program that the system or the database cuts off (SIGABRT, SIGSEGV, SIGBUS) ends with 1 and the code \`crashed\`: most often a page of
the store is damaged. One that another signal ends, ends with 128 and its number. SIGINT, SIGTERM and SIGHUP reach the program whether
they are sent to it, to the launcher before it or to both.

| variable | means |
| --- | --- |
| \`HEFU_DATA\` | The data folder. |
| \`HEFU_MASTER_KEY_FILE\` | The file with the master key. |
| \`HEFU_TOKEN_FILE\` | A file with the token for the node that \`--url\` names. The token in the data folder goes to its own node only. |
| \`HEFU_DEBUG\` | Set: faults come with the place in the program. |
| \`NO_COLOR\` | Set: no colours. |

Options of every command:`;

function commandSection({ words, describe, options }: Command): string {
  const typed = [...words, ...(describe.arguments ?? []).map(({ name }) => name)].join(' ');
  return [
    `## hefu ${words.join(' ')}`,
    [describe.summary, ...(describe.details ?? [])].join('\n\n'),
    `\`hefu ${typed}${options.length === 0 ? '' : ' [options]'}\``,
    ...((describe.arguments ?? []).length === 0
      ? []
      : [
          table(
            'argument',
            (describe.arguments ?? []).map(({ name, summary }) => [name, summary]),
          ),
        ]),
    ...(options.length === 0 ? [] : [optionTable(options)]),
    `\`\`\`sh\n${describe.examples.join('\n')}\n\`\`\``,
    `With \`--json\`: ${describe.json}`,
  ].join('\n\n');
}

function optionTable(options: readonly OptionText[]): string {
  return table(
    'option',
    options.map(({ flags, summary, choices, required }) => [
      flags,
      [
        summary,
        ...(choices === undefined ? [] : [`One of: ${choices.join(', ')}.`]),
        ...(required === true ? ['Required.'] : []),
      ].join(' '),
    ]),
  );
}

function table(heading: string, rows: readonly (readonly [string, string])[]): string {
  return [
    `| ${heading} | |`,
    '| --- | --- |',
    ...rows.map(([name, text]) => `| \`${name}\` | ${text.replaceAll('|', '\\|')} |`),
  ].join('\n');
}

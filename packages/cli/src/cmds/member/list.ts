import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { connectNode } from '../../node/connect.ts';
import { table } from '../../output/table.ts';

export const describe: CommandText = {
  summary: 'Lists the members of the chain.',
  examples: ['hefu member list', 'hefu member list --organisation acme --role depositor'],
  json: 'one line for each, as the API has it.',
};

export const options: readonly OptionText[] = [
  { flags: '--organisation <id>', summary: 'Of this organisation only.' },
  { flags: '--role <role>', summary: 'With this role only.' },
];

interface Input {
  readonly organisation?: string;
  readonly role?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output } = context;
  const rows: string[][] = [];
  for await (const member of connectNode(context).members.list(queryOf(input))) {
    if (output.json) output.value(member);
    else rows.push([member.id, member.kind, member.roles.join(', '), member.status]);
  }
  if (output.json) return EXIT.ok;
  for (const line of table(['id', 'kind', 'roles', 'status'], rows)) output.line(line);
  return EXIT.ok;
}

function queryOf({ organisation, role }: Input): Input {
  return {
    ...(organisation === undefined ? {} : { organisation }),
    ...(role === undefined ? {} : { role }),
  };
}

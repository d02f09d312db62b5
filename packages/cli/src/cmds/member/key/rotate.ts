import type { CommandContext, CommandText, OptionText } from '../../../command.ts';
import type { ExitCode } from '../../../exit-codes.ts';
import { usageFault } from '../../../fault.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../../membership/change.ts';
import { KEY_OPTIONS, requiredKey } from '../../../membership/key-material.ts';
import type { KeyChoice } from '../../../membership/key-material.ts';
import { connectNode } from '../../../node/connect.ts';

export const describe: CommandText = {
  arguments: [{ name: '<id>', summary: 'Id of the key that is replaced.' }],
  summary: 'Replaces a member’s key with a new one.',
  details: ['The old key ends with the next block, or at --until; what it has signed stays valid.'],
  examples: ['hefu member key rotate 9f3c…e1 --new-key'],
  json: CHANGE_JSON,
};

export const options: readonly OptionText[] = [
  ...KEY_OPTIONS,
  { flags: '--until <height>', summary: 'First height at which the old key no longer counts.' },
  AS_ADMIN,
];

interface Input extends KeyChoice {
  readonly id: string;
  readonly until?: string;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { id, until, as } = input;
  if (until !== undefined && !/^\d{1,15}$/.test(until)) {
    throw usageFault('height-invalid', `--until: ${until} is no height`);
  }
  const { member } = await connectNode(context).members.key(id);
  const key = await requiredKey(context, input, member);
  return changeMembership(context, {
    as,
    method: 'rotateKey',
    args: { key: id, ...key, ...(until === undefined ? {} : { until: Number(until) }) },
    done: `the key of ${member} is replaced`,
  });
}

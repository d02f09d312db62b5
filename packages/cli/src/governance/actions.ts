import { readFileSync } from 'node:fs';
import { fromBase64 } from '@hefu/bytes';
import type { HefuClient } from '@hefu/sdk';
import type { CommandContext, OptionText } from '../command.ts';
import { usageFault } from '../fault.ts';
import { KEY_OPTIONS, chosenKey, requiredKey } from '../membership/key-material.ts';
import type { KeyChoice } from '../membership/key-material.ts';
import { resolvePath } from '../node/data-folder.ts';
import { validatorActions } from './validator-actions.ts';

type Propose = Parameters<typeof HefuClient.prototype.members.call<'propose'>>[2];
/** One thing that a proposal does. */
export type Action = Propose['actions'][number];

export const ACTION_OPTIONS: readonly OptionText[] = [
  {
    flags: '--admit <organisation>',
    summary: 'Takes an organisation in, with --admin and its key.',
  },
  { flags: '--name <text>', summary: 'Name of the organisation to admit or rename.' },
  { flags: '--admin <name>', summary: 'First admin of the organisation to admit.' },
  ...KEY_OPTIONS,
  { flags: '--rename <organisation>', summary: 'Gives it the name of --name.' },
  { flags: '--suspend <organisation>', summary: 'Suspends it with all its members.' },
  { flags: '--reinstate <organisation>', summary: 'Takes its standing up again.' },
  { flags: '--remove <organisation>', summary: 'Ends its standing for good.' },
  { flags: '--recover <member>', summary: 'Gives an admin the chosen key and ends its old ones.' },
  {
    flags: '--add-validator <file>',
    summary: 'Has it sign checkpoints, with --power; made by `hefu key checkpoint`.',
  },
  { flags: '--power <number>', summary: 'Voting power of the validator to add.' },
  {
    flags: '--rotate-validator <file>',
    summary: 'Has a validator sign with the key of that file.',
  },
  {
    flags: '--set-power <organisation=power...>',
    summary: 'Voting power of validators, as in acme=3.',
  },
  {
    flags: '--remove-validator <organisation>',
    summary: 'Ends that it signs checkpoints.',
  },
  { flags: '--set <parameters...>', summary: 'Parameters of the chain, as in heartbeatMs=30000.' },
  { flags: '--actions <file>', summary: 'More, as a JSON list of {method, args}; keys in base64.' },
];

export interface ActionInput extends KeyChoice {
  readonly admit?: string;
  readonly name?: string;
  readonly admin?: string;
  readonly rename?: string;
  readonly suspend?: string;
  readonly reinstate?: string;
  readonly remove?: string;
  readonly recover?: string;
  readonly set?: readonly string[];
  readonly addValidator?: string;
  readonly power?: string;
  readonly rotateValidator?: string;
  readonly setPower?: readonly string[];
  readonly removeValidator?: string;
  readonly actions?: string;
}

/** What was asked for, in the order of the options. */
export async function actionsOf(context: CommandContext, input: ActionInput): Promise<Action[]> {
  const { rename, suspend, reinstate, remove, set } = input;
  const actions = [...(await admission(context, input)), ...(await recovery(context, input))];
  if (rename !== undefined) {
    if (input.name === undefined) throw usageFault('usage', '--rename needs --name');
    const args = { organisation: rename, name: input.name };
    actions.push({ method: 'renameOrganisation', args });
  }
  if (suspend !== undefined) {
    actions.push({ method: 'suspendOrganisation', args: { organisation: suspend } });
  }
  if (reinstate !== undefined) {
    actions.push({ method: 'reinstateOrganisation', args: { organisation: reinstate } });
  }
  if (remove !== undefined) {
    actions.push({ method: 'removeOrganisation', args: { organisation: remove } });
  }
  actions.push(...validatorActions(context, input));
  if (set !== undefined) actions.push({ method: 'setParameters', args: parametersOf(set) });
  if (input.actions !== undefined) actions.push(...fileOf(context, input.actions));
  if (actions.length > 0) return actions;
  throw usageFault('usage', 'a proposal does something', 'Such as --admit, --set or --actions.');
}

async function admission(context: CommandContext, input: ActionInput): Promise<Action[]> {
  const { admit, admin } = input;
  if (admit === undefined) {
    if (admin !== undefined) throw usageFault('usage', '--admin needs --admit');
    return [];
  }
  const added: Action = {
    method: 'addOrganisation',
    args: { organisation: admit, name: input.name ?? admit },
  };
  if (admin === undefined) return [added];
  const member = `${admit}/${admin}`;
  const key = await chosenKey(context, input, member);
  const args = { member, kind: 'person' as const, ...(key === undefined ? {} : { key }) };
  return [added, { method: 'appointAdmin', args }];
}

async function recovery(context: CommandContext, input: ActionInput): Promise<Action[]> {
  const { recover } = input;
  if (recover === undefined) return [];
  if (input.admit !== undefined) {
    throw usageFault('usage', '--admit and --recover each take a key: make two proposals');
  }
  const key = await requiredKey(context, input, recover);
  return [{ method: 'recoverAdmin', args: { member: recover, key } }];
}

function parametersOf(typed: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    typed.map((each) => {
      const [, name = '', value] = /^([a-zA-Z]+)=([0-9]{1,15})$/.exec(each) ?? [];
      if (value === undefined) throw usageFault('parameter-invalid', `${each} is no NAME=NUMBER`);
      return [name, Number(value)] as const;
    }),
  );
}

/** The node says what is wrong with what stands in it. */
function fileOf(context: CommandContext, path: string): Action[] {
  const text = readFileSync(resolvePath(context, path), 'utf8');
  let list: unknown;
  try {
    list = JSON.parse(text, (name, value: unknown) =>
      (name === 'publicKey' || name === 'proof') && typeof value === 'string'
        ? (fromBase64(value) ?? value)
        : value,
    );
  } catch {
    throw usageFault('actions-invalid', `${path} is no JSON`);
  }
  if (Array.isArray(list)) return list as Action[];
  throw usageFault('actions-invalid', `${path} holds no list`);
}

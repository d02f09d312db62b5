import { readFileSync } from 'node:fs';
import { fromBase64 } from '@hefu/bytes';
import { VALIDATOR_KEY_FORMAT } from '@hefu/protocol';
import type { CommandContext } from '../command.ts';
import { usageFault } from '../fault.ts';
import { resolvePath } from '../node/data-folder.ts';
import type { Action } from './actions.ts';

/** What a proposal may be told of validators. */
export interface ValidatorInput {
  readonly addValidator?: string;
  readonly power?: string;
  readonly rotateValidator?: string;
  readonly setPower?: readonly string[];
  readonly removeValidator?: string;
}

/** The changes of validators that were asked for: those that take nothing away come first. */
export function validatorActions(context: CommandContext, input: ValidatorInput): Action[] {
  const { addValidator, power, rotateValidator, setPower = [], removeValidator } = input;
  if ((addValidator === undefined) !== (power === undefined)) {
    throw usageFault('usage', '--add-validator and --power go together');
  }
  const actions: Action[] = setPower.map((typed) => {
    const [, organisation = '', value = ''] = /^([a-z0-9-]+)=([0-9]+)$/.exec(typed) ?? [];
    if (organisation === '') throw usageFault('power-invalid', `${typed} is no ORGANISATION=POWER`);
    return { method: 'setValidatorPower', args: { organisation, power: powerOf(value) } };
  });
  if (addValidator !== undefined && power !== undefined) {
    const args = { ...keyOf(context, addValidator), power: powerOf(power) };
    actions.push({ method: 'addValidator', args });
  }
  if (rotateValidator !== undefined) {
    actions.push({ method: 'rotateValidatorKey', args: keyOf(context, rotateValidator) });
  }
  if (removeValidator !== undefined) {
    actions.push({ method: 'removeValidator', args: { organisation: removeValidator } });
  }
  return actions;
}

function powerOf(typed: string): number {
  if (/^[1-9][0-9]{0,9}$/.test(typed)) return Number(typed);
  throw usageFault('power-invalid', `${typed} is no voting power`, 'It is a number from 1 on.');
}

function keyOf(
  context: CommandContext,
  path: string,
): Extract<Action, { readonly method: 'rotateValidatorKey' }>['args'] {
  const read = jsonOf(readFileSync(resolvePath(context, path), 'utf8'));
  const { format, organisation, algorithm, ...rest } = read;
  const publicKey = fromBase64(String(rest['publicKey']));
  const proof = fromBase64(String(rest['proof']));
  const isOne =
    format === VALIDATOR_KEY_FORMAT &&
    typeof organisation === 'string' &&
    (algorithm === 'ed25519' || algorithm === 'sm2');
  if (isOne && publicKey !== undefined && proof !== undefined) {
    return { organisation, algorithm, publicKey, proof };
  }
  throw usageFault(
    'validator-key-invalid',
    `${path} holds no checkpoint key`,
    'Make it with `hefu key checkpoint`.',
  );
}

/** The fields of what a file holds; none when it holds no JSON object. */
function jsonOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

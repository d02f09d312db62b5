import type { MembershipArgs } from '../schemas/args.ts';
import { VALIDATORS_MAX } from '../schemas/records.ts';
import type { ParameterValue, ValidatorEntry } from '../schemas/records.ts';
import type { MembershipContext } from './declarations.ts';
import { closedAt, countsAt, openedAt } from './intervals.ts';
import { requireRoom } from './members.ts';

/** Key of the parameter that holds the whole set, as the ledger reads it. */
export const VALIDATORS_PARAMETER = 'validators';
/** Of so many parts of the voting power, at most one may be taken away in one block. */
const POWER_PARTS = 3;

type Key = MembershipArgs['rotateValidatorKey'];
type Record = Extract<ParameterValue, { readonly kind: 'validators' }>;

/** Writes the set that signs first. */
export function writeFirstValidators(
  context: MembershipContext,
  validators: readonly ValidatorEntry[],
): void {
  const set = inOrder(validators);
  const { state } = context;
  state.parameters.put(VALIDATORS_PARAMETER, {
    kind: 'validators',
    number: 0,
    changed: 0,
    set,
    before: set,
  });
  for (const { organisation, ...validator } of set) {
    state.validators.put(organisation, { ...validator, active: [[0, null]] });
  }
}

/** Takes an organisation among those that sign checkpoints, with the key it signs them with. */
export function addValidator(
  context: MembershipContext,
  { power, ...key }: MembershipArgs['addValidator'],
): void {
  const { organisation } = key;
  const next = context.height + 1;
  const record = context.state.organisations.get(organisation);
  if (record === undefined) return context.refuse('unknown-organisation');
  if (!countsAt(record.active, next)) context.refuse('organisation-suspended');
  const { set } = currentOf(context);
  if (set.some((each) => each.organisation === organisation)) context.refuse('validator-exists');
  const validator = { ...checkedKey(context, key, set), power };
  const active = context.state.validators.get(organisation)?.active ?? [];
  requireRoom(context, active);
  replace(context, [...set, validator]);
  const { algorithm, publicKey } = validator;
  const value = { algorithm, publicKey, power, active: openedAt(active, next) };
  context.state.validators.put(organisation, value);
}

/** An organisation signs no checkpoints any more. */
export function removeValidator(context: MembershipContext, organisation: string): void {
  const { set } = currentOf(context);
  requireValidator(context, set, organisation);
  const others = set.filter((each) => each.organisation !== organisation);
  if (others.length === 0) context.refuse('last-validator');
  replace(context, others);
  const value = context.state.validators.get(organisation);
  if (value === undefined) return;
  const active = closedAt(value.active, context.height + 1);
  context.state.validators.put(organisation, { ...value, active });
}

/** Gives a validator another voting power. */
export function setValidatorPower(
  context: MembershipContext,
  organisation: string,
  power: number,
): void {
  change(context, organisation, (validator) => {
    if (validator.power === power) context.refuse('nothing-to-change');
    return { ...validator, power };
  });
}

/** A validator signs with another key. */
export function rotateValidatorKey(context: MembershipContext, key: Key): void {
  change(context, key.organisation, (validator, set) => ({
    ...checkedKey(context, key, set),
    power: validator.power,
  }));
}

function change(
  context: MembershipContext,
  organisation: string,
  to: (validator: ValidatorEntry, set: readonly ValidatorEntry[]) => ValidatorEntry,
): void {
  const { set } = currentOf(context);
  const changed = to(requireValidator(context, set, organisation), set);
  replace(
    context,
    set.map((each) => (each.organisation === organisation ? changed : each)),
  );
  const { algorithm, publicKey, power } = changed;
  const active = context.state.validators.get(organisation)?.active ?? [];
  context.state.validators.put(organisation, { algorithm, publicKey, power, active });
}

function currentOf(context: MembershipContext): Record {
  const record = context.state.parameters.get(VALIDATORS_PARAMETER);
  if (record?.kind === 'validators') return record;
  // The genesis wrote it.
  return context.refuse('unknown-validator');
}

function requireValidator(
  context: MembershipContext,
  set: readonly ValidatorEntry[],
  organisation: string,
): ValidatorEntry {
  const found = set.find((each) => each.organisation === organisation);
  return found ?? context.refuse('unknown-validator');
}

/** A key that its holder has shown to hold, that is good on this chain, and that nobody here signs with. */
function checkedKey(
  context: MembershipContext,
  { organisation, algorithm, publicKey, proof }: Key,
  set: readonly ValidatorEntry[],
): Omit<ValidatorEntry, 'power'> {
  const { host, suite, chain } = context;
  if (algorithm !== (suite === 'gm' ? 'sm2' : 'ed25519')) {
    context.refuse('algorithm-not-admitted', { algorithm });
  }
  const check = host.checkPublicKey(algorithm, publicKey);
  if (!check.ok) context.refuse('key-invalid', { reason: check.code });
  const hex = host.hex(publicKey);
  const same = set.find((each) => host.hex(each.publicKey) === hex);
  if (same?.organisation === organisation) context.refuse('nothing-to-change');
  if (same !== undefined) context.refuse('validator-key-taken');
  const key = { organisation, algorithm, publicKey };
  const message = ascii(`hefu-validator-key/1\n${chain}\n${organisation}\n${algorithm}\n${hex}\n`);
  if (!host.verifySignature(algorithm, publicKey, message, proof)) {
    context.refuse('key-proof-wrong');
  }
  return key;
}

/**
 * Puts another set in force from the next block on. Bounds count for a block as a whole: what one takes away is held against the set
 * before it, however many statements it is made of.
 */
function replace(context: MembershipContext, validators: readonly ValidatorEntry[]): void {
  const { height } = context;
  const record = currentOf(context);
  const isFirst = record.changed !== height;
  const before = isFirst ? record.set : record.before;
  if (validators.length > VALIDATORS_MAX) context.refuse('too-many-validators');
  const set = inOrder(validators);
  requireSmallStep(context, before, set);
  requireOperator(context, before, set);
  const number = isFirst ? record.number + 1 : record.number;
  context.state.parameters.put(VALIDATORS_PARAMETER, {
    kind: 'validators',
    number,
    changed: height,
    set,
    before,
  });
  context.emit('validatorsChanged', { number, validators: set });
}

/** So that those who stay and follow the chain from a checkpoint of theirs are always more than those who left. */
function requireSmallStep(
  context: MembershipContext,
  before: readonly ValidatorEntry[],
  after: readonly ValidatorEntry[],
): void {
  let lost = 0;
  for (const { organisation, power } of before) {
    const left = after.find((each) => each.organisation === organisation)?.power ?? 0;
    lost += Math.max(0, power - left);
  }
  if (lost * POWER_PARTS > powerOf(before)) {
    context.refuse('power-change-too-large', { lost, of: powerOf(before) });
  }
}

/**
 * Where one organisation signs final checkpoints alone, it runs the chain alone: no agreement of several nodes is there that could go on
 * without it. A change that takes this from it would leave a chain whose checkpoints never become final.
 */
function requireOperator(
  context: MembershipContext,
  before: readonly ValidatorEntry[],
  after: readonly ValidatorEntry[],
): void {
  const operator = before.find(({ power }) => isQuorum(power, powerOf(before)));
  if (operator === undefined) return;
  const left = after.find(({ organisation }) => organisation === operator.organisation)?.power ?? 0;
  if (!isQuorum(left, powerOf(after))) context.refuse('operator-needed');
}

/** More than two thirds. */
function isQuorum(power: number, of: number): boolean {
  return power * 3 > of * 2;
}

/** The bytes of a text in which nothing but ASCII can stand. */
function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function powerOf(set: readonly ValidatorEntry[]): number {
  let total = 0;
  for (const { power } of set) total += power;
  return total;
}

/** Ids are ASCII, so that this is the order of their bytes. */
function inOrder(set: readonly ValidatorEntry[]): ValidatorEntry[] {
  return set.toSorted((a, b) => (a.organisation < b.organisation ? -1 : 1));
}

import type { Contract } from './definitions.ts';

/** Names of contracts, collections, indexes, methods, events, effects and refusals. */
const NAME = /^[a-z][a-zA-Z0-9-]{0,39}$/;

/** Throws a TypeError that names the place of the first thing that a contract may not declare. */
export function checkContract(contract: Contract): void {
  checkName('contract', contract.name);
  if (!Number.isSafeInteger(contract.version) || contract.version < 1) {
    throw new TypeError(`contract ${contract.name}: version ${contract.version}`);
  }
}

function checkName(place: string, name: string): void {
  if (!NAME.test(name)) throw new TypeError(`${place}: the name ${JSON.stringify(name)}`);
}

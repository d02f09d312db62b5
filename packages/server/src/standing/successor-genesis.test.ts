// Goal: the chain after a break has the next number, whatever the name of the one before. Method: a table of names.
import { isChainId } from '@hefu/protocol';
import { expect, it } from 'vitest';
import { successorOf } from './successor-genesis.ts';

it.each([
  ['ledger.example', 'ledger.example/2'],
  ['ledger.example/2', 'ledger.example/3'],
  ['ledger.example/9', 'ledger.example/10'],
  ['ledger.example/10', 'ledger.example/11'],
  ['ledger.example/1', 'ledger.example/1/2'],
  ['ledger.example/0', 'ledger.example/0/2'],
  ['ledger.example/02', 'ledger.example/02/2'],
  ['ledger/food', 'ledger/food/2'],
  ['2', '2/2'],
  ['a'.repeat(48), `${'a'.repeat(48)}/2`],
])('%s goes on as %s', (chain, successor) => {
  expect(successorOf(chain)).toBe(successor);
  expect(isChainId(successor)).toBe(true);
});

it('has no room behind the longest names', () => {
  expect(successorOf('a'.repeat(49))).toBeUndefined();
  expect(successorOf(`${'a'.repeat(48)}/9`)).toBeUndefined();
});

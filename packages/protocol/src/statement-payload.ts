import { decodeCbor, encodeCbor } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { isChainId, isContractName } from './names.ts';

/** Bytes of the nonce, which tells apart two statements that say the same. */
export const NONCE_BYTES = 16;

/** The arguments of a call: a map with text keys, or nothing. */
export type StatementArgs = { readonly [name: string]: CborValue } | null;

/** What a statement says: the positional array [chain, contract, method, args, nonce, expires]. */
export interface StatementPayload {
  readonly chain: string;
  readonly contract: string;
  readonly method: string;
  readonly args: StatementArgs;
  /** {@link NONCE_BYTES} bytes. */
  readonly nonce: Uint8Array;
  /** Milliseconds UTC. */
  readonly expires: number;
}

/** The payload's bytes. Throws TypeError on parts that {@link faultOfPayload} names. */
export function encodePayload(payload: StatementPayload): Uint8Array {
  const { chain, contract, method, args, nonce, expires } = payload;
  const parts: readonly CborValue[] = [chain, contract, method, args, nonce, expires];
  const fault = faultOfPayload(parts);
  if (fault !== undefined) throw new TypeError(`statement with a wrong ${fault}`);
  return encodeCbor(parts);
}

/** Reads a payload of the deterministic form; undefined when it is not one. */
export function readPayload(bytes: Uint8Array): StatementPayload | undefined {
  const decoded = decodeCbor(bytes, { maps: 'object' });
  if (!decoded.ok || !Array.isArray(decoded.value)) return undefined;
  const parts = decoded.value as readonly CborValue[];
  if (faultOfPayload(parts) !== undefined) return undefined;
  return {
    chain: parts[0] as string,
    contract: parts[1] as string,
    method: parts[2] as string,
    args: parts[3] as StatementArgs,
    nonce: parts[4] as Uint8Array,
    expires: parts[5] as number,
  };
}

/** Which part of a decoded payload is out of its bounds; undefined when none is. */
export function faultOfPayload(parts: readonly CborValue[]): string | undefined {
  if (parts.length !== 6) return 'number of parts';
  const [chain, contract, method, args, nonce, expires] = parts;
  if (typeof chain !== 'string' || !isChainId(chain)) return 'chain';
  if (typeof contract !== 'string' || !isContractName(contract)) return 'contract';
  if (typeof method !== 'string' || !isContractName(method)) return 'method';
  if (args === undefined || !isArgs(args)) return 'args';
  if (!(nonce instanceof Uint8Array) || nonce.length !== NONCE_BYTES) return 'nonce';
  return typeof expires === 'number' && expires >= 0 ? undefined : 'expires';
}

function isArgs(value: CborValue): value is StatementArgs {
  if (value === null) return true;
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}

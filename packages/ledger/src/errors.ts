/** What must stop a node, or keep it from starting, rather than let it go on with a wrong ledger. */
export type LedgerFaultData =
  /** The store already holds a chain. */
  | { readonly code: 'chain-exists' }
  /** The store holds no chain. */
  | { readonly code: 'store-empty' }
  /** The chain in the store began with another genesis than the one given. */
  | { readonly code: 'genesis-other' }
  /** A contract did not accept the genesis document. */
  | { readonly code: 'genesis-failed'; readonly contract: string; readonly reason: string }
  /** The store was written by a newer version of this software. */
  | { readonly code: 'store-content-too-new'; readonly found: number; readonly known: number }
  /** Parts of the store contradict each other. */
  | { readonly code: 'store-inconsistent'; readonly what: string }
  /** This node lacks a version of a contract that the chain runs. */
  | {
      readonly code: 'module-version-missing';
      readonly contract: string;
      readonly version: number;
    }
  /** This node's organisation does not sign the checkpoints of the chain. */
  | { readonly code: 'not-a-validator'; readonly chain: string; readonly organisation: string }
  /** This node lacks the private key that the set in force names for its organisation. */
  | {
      readonly code: 'checkpoint-key-missing';
      readonly organisation: string;
      /** The public key, hex. */
      readonly key: string;
    }
  /** A contract's new version could not take over the state of the one before. */
  | {
      readonly code: 'migration-failed';
      readonly contract: string;
      readonly version: number;
      readonly reason: string;
    };

/** A fault of the ledger, with its code and what belongs to it. */
export class LedgerFault extends Error {
  override readonly name: string = 'LedgerFault';
  readonly code: LedgerFaultData['code'];
  readonly data: LedgerFaultData;

  constructor(data: LedgerFaultData) {
    super(describe(data));
    this.code = data.code;
    this.data = data;
  }
}

function describe(data: LedgerFaultData): string {
  switch (data.code) {
    case 'chain-exists':
      return 'the store already holds a chain';
    case 'store-empty':
      return 'the store holds no chain; make one with a genesis first';
    case 'genesis-other':
      return 'the chain in the store began with another genesis than the one given';
    case 'genesis-failed':
      return `contract ${data.contract} did not accept the genesis: ${data.reason}`;
    case 'store-content-too-new':
      return `the store holds content version ${data.found}; this software knows ${data.known}`;
    case 'store-inconsistent':
      return `the store contradicts itself: ${data.what}`;
    case 'module-version-missing':
      return `this node does not have version ${data.version} of contract ${data.contract}, which the chain runs: install a newer release, then start again`;
    case 'not-a-validator':
      return `${data.organisation} is no validator of ${data.chain}, so this node can sign no checkpoint`;
    case 'checkpoint-key-missing':
      return `the keystore holds no checkpoint key of ${data.organisation} with the public key ${data.key}, which the chain's validators name: put that key back, then start again`;
    case 'migration-failed':
      return `contract ${data.contract} could not migrate to version ${data.version}: ${data.reason}`;
    default:
      return data satisfies never;
  }
}

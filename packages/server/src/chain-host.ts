import type { ModuleDefinition, SqlRow, SqlValue } from '@hefu/contract';
import type { HashName, Suite } from '@hefu/crypto/algorithm';
import type { ChainReader, StatementRecord, SubmitResult } from '@hefu/ledger';
import type { Vault } from '@hefu/vault';
import type { Gate } from './gate.ts';

/** What the routes need of one chain. They read from the store themselves and write through the ledger's worker. */
export interface ChainHost {
  /** The chain id with `/` written `__`: names its folder and its prefix. */
  readonly slug: string;
  readonly chain: string;
  readonly suite: Suite;
  readonly hashName: HashName;
  /** The node's own organisation on this chain: what the operator's token stands for. */
  readonly organisation: string;
  readonly reader: ChainReads;
  readonly proofs: ChainProofs;
  readonly ledger: LedgerPort;
  readonly gate: Gate;
  readonly modules: readonly ModuleDefinition[];
  readonly readModel: ReadModelPort;
  readonly vault: Pick<Vault, 'put' | 'get' | 'has' | 'stat'>;
}

/** Reads of committed data; synchronous, from the store. */
export type ChainReads = Pick<
  ChainReader,
  'spec' | 'head' | 'checkpoint' | 'statement' | 'tile' | 'entryBundle' | 'state' | 'attachment'
>;

/** What proves a statement to somebody elsewhere. */
export interface ChainProofs {
  /** The `hefu-receipt/1` of a statement; `ok: false` while there is no final checkpoint that covers it. */
  receipt(record: StatementRecord): ReceiptAnswer;
  /** C2SP tlog-proof of the statement's entry; undefined on a chain whose hash is not SHA-256. */
  tlogProof(record: StatementRecord): string | undefined;
  /** RFC 9942 receipt of the entry by one validator, the first unless named; undefined when there is none. */
  coseReceipt(record: StatementRecord, organisation?: string): Uint8Array | undefined;
  /** How the state after a block leads to a cosigned checkpoint. */
  blockProof(logIndex: number): BlockProof;
  /** The trust file `hefu-trust/1`. */
  trust(): unknown;
  /** C2SP verifier keys of all lines of all validators. */
  verifierKeys(): readonly string[];
}

export type ReceiptAnswer =
  | { readonly ok: true; readonly receipt: object }
  | { readonly ok: false; readonly code: string };

export interface BlockProof {
  readonly entry: Uint8Array;
  readonly index: number;
  readonly inclusion: readonly Uint8Array[];
  readonly checkpoint: string;
}

/** The ledger in its worker, seen from the main thread. */
export interface LedgerPort {
  submit(statements: readonly Uint8Array[]): Promise<readonly SubmitResult[]>;
  stageAttachment(
    bytes: Uint8Array,
  ): Promise<
    | { readonly ok: true; readonly digest: Uint8Array }
    | { readonly ok: false; readonly code: string }
  >;
  status(): Promise<LedgerStatus>;
}

export interface LedgerStatus {
  readonly height: number;
  /** Statements that wait for a block. */
  readonly waiting: number;
  /** Set when the ledger has stopped for safety: why. */
  readonly halted?: string;
}

/** The read models of one chain. */
export interface ReadModelPort {
  /** Height reached; undefined while there is nothing to ask. */
  height(): number | undefined;
  query(module: string, sql: string, parameters: readonly SqlValue[]): Promise<readonly SqlRow[]>;
}

export type NodeState = 'starting' | 'ready' | 'stopping';

/** The whole node, as its routes see it. */
export interface NodeHost {
  readonly chains: readonly ChainHost[];
  /** The one also mounted at `/`; absent on a node without chains. */
  readonly defaultChain: ChainHost | undefined;
  readonly credentials: { check(token: string): boolean };
  /** 32 bytes that seal the paging cursors. */
  readonly cursorKey: Uint8Array;
  readonly version: NodeVersion;
  state(): NodeState;
}

export interface NodeVersion {
  readonly name: 'hefu';
  readonly version: string;
  readonly runtime: string;
}

import type { Accounts } from '@hefu/accounts';
import type { ModuleDefinition, SqlRow, SqlValue } from '@hefu/contract';
import type { HashName, Suite } from '@hefu/crypto/algorithm';
import type { AttachmentSender, ChainSpec, StatementRecord, SubmitResult } from '@hefu/ledger';
import type { Vault } from '@hefu/vault';
import type { IdentityProvider } from './accounts/identity-provider.ts';
import type { MemberSigners } from './accounts/member-signers.ts';
import type { EventFeed } from './chain/event-feed.ts';
import type { DiskState } from './disk/disk-watch.ts';
import type { Gate } from './gate.ts';
import type { Credentials } from './http/credentials.ts';
import type { BlockReport } from './ledger/messages.ts';
import type { Upkeep } from './node/upkeep.ts';
import type { Tracing } from './tracing/tracing.ts';
import type { WebhookStore } from './webhooks/webhook-store.ts';
import type { ScittPort } from './scitt/scitt-port.ts';
import type { SharingPort } from './sharing/sharing-port.ts';

/** What the routes need of one chain. They read from the store themselves and write through the ledger's worker. */
export interface ChainHost {
  /** The chain id with `/` written `__`: names its folder and its prefix. */
  readonly slug: string;
  readonly chain: string;
  readonly suite: Suite;
  readonly hashName: HashName;
  /** The node's own organisation on this chain: what the operator's token stands for. */
  readonly organisation: string;
  /** What the genesis fixes. */
  readonly spec: ChainSpec;
  readonly reader: ChainReader;
  readonly ledger: LedgerPort;
  /** Statements of other systems. */
  readonly scitt: ScittPort;
  readonly gate: Gate;
  /** Signs for members whose keys this node keeps. */
  readonly signers: MemberSigners;
  readonly modules: readonly ModuleDefinition[];
  /** Calls back after each committed block; the returned function ends that. */
  onBlock(listener: (block: BlockReport) => void): () => void;
  /** Events of all blocks, from the store. */
  readonly events: EventFeed;
  readonly webhooks: WebhookStore;
  readonly readModel: ReadModelPort;
  readonly vault: Omit<Vault, 'delete' | 'verify'>;
  /** Whether objects are given out although the chain is behind, so that erasures may be unknown. */
  readonly servesWhileBehind: boolean;
  /** What granting objects and pulling granted ones needs; absent where nothing is shared. */
  readonly sharing?: SharingPort;
}

export interface ChainHead {
  readonly height: number;
  readonly timeMs: number;
  /** Entries in the log. */
  readonly size: number;
  readonly root: Uint8Array;
  readonly stateRoot: Uint8Array;
  /** State at this height and below is no longer kept. */
  readonly prunedHeight: number;
}

export interface StateQuery {
  readonly contract: string;
  readonly collection: string;
  readonly key: string;
  readonly height?: number;
  readonly proof?: boolean;
}

/** A value of the state with what proves it. */
export type StateAnswer =
  | {
      readonly ok: true;
      /** Height at which it stands so. */
      readonly height: number;
      /** Deterministic CBOR; undefined when nothing stands under the key. */
      readonly value: Uint8Array | undefined;
      /** There when it was asked for and a final checkpoint covers the block. */
      readonly proof?: StateProofAnswer;
    }
  | { readonly ok: false; readonly code: 'height-pruned' | 'height-not-reached' };

/** How a state value leads to a cosigned checkpoint. */
export interface StateProofAnswer {
  /** Deterministic CBOR of the state proof. */
  readonly state: Uint8Array;
  readonly blockEntry: Uint8Array;
  readonly blockIndex: number;
  readonly inclusion: readonly Uint8Array[];
  readonly checkpoint: string;
}

export type ReceiptAnswer =
  | { readonly ok: true; readonly receipt: object }
  | { readonly ok: false; readonly code: string };

/** Reads of committed data, and the proofs made of them: synchronous, from the store. */
export interface ChainReader {
  head(): ChainHead;
  /** The freshest final checkpoint, a signed note. */
  checkpoint(): string;
  lookup(id: Uint8Array): StatementRecord | undefined;
  tile(level: number, index: number, width: number): Uint8Array | undefined;
  entryBundle(index: number, width: number): Uint8Array | undefined;
  /** The `hefu-receipt/1` of a statement; `ok: false` while there is no final checkpoint that covers it. */
  receipt(id: Uint8Array): ReceiptAnswer;
  /** C2SP tlog-proof of the statement's entry; undefined on a chain whose hash is not SHA-256. */
  tlogProof(id: Uint8Array): string | undefined;
  /** RFC 9942 receipt of the entry by one validator, the first unless named; undefined when there is none. */
  coseReceipt(id: Uint8Array, organisation?: string): Uint8Array | undefined;
  stateValue(query: StateQuery): StateAnswer;
  /** Organisations that sign the checkpoint of a statement's receipt. */
  signersOf(id: Uint8Array): readonly string[];
  /** The trust file `hefu-trust/2`. */
  trust(): unknown;
  /** C2SP verifier keys of all lines of all validators. */
  vkeys(): readonly string[];
  attachment(digest: Uint8Array): Uint8Array | undefined;
}

/** The ledger in its worker, seen from the main thread. */
export interface LedgerPort {
  submit(statements: readonly Uint8Array[]): Promise<readonly SubmitResult[]>;
  /** What anybody sends has a share of the room; the rest is the operator's. */
  stageAttachment(
    bytes: Uint8Array,
    sender: AttachmentSender,
  ): Promise<
    | { readonly ok: true; readonly digest: Uint8Array }
    | { readonly ok: false; readonly code: string }
  >;
  status(): LedgerStatus;
}

export interface LedgerStatus {
  /** Statements handed to the worker and not answered yet. */
  readonly queued: number;
  /** Set when the ledger has stopped for safety: why. */
  readonly halted: { readonly code: string; readonly message: string } | undefined;
}

/** The read models of one chain. */
export interface ReadModelPort {
  /** Height reached; undefined while there is nothing to ask. */
  height(): number | undefined;
  /** Calls back whenever the height may be another; the returned function ends that. Absent where there are none. */
  onHeight?(listener: (height: number) => void): () => void;
  /** Rows of a module's tables, and the height at which they say exactly what was true. */
  query(
    module: string,
    sql: string,
    parameters: readonly SqlValue[],
  ): Promise<{ readonly height: number; readonly rows: readonly SqlRow[] }>;
}

export type NodeState = 'starting' | 'ready' | 'stopping';

/** The whole node, as its routes see it. */
export interface NodeHost {
  readonly chains: readonly ChainHost[];
  /** The one also mounted at `/`; absent on a node without chains. */
  readonly defaultChain: ChainHost | undefined;
  readonly credentials: Credentials;
  readonly accounts: Accounts;
  /** Says who people are, where the organisation has somebody for that. */
  readonly identityProvider?: IdentityProvider;
  /** 32 bytes that webhooks' secrets are made of. */
  readonly webhookKey: Uint8Array;
  /** 32 bytes that seal the paging cursors. */
  readonly cursorKey: Uint8Array;
  readonly version: NodeVersion;
  /** Absent where nothing is traced. */
  readonly tracing?: Tracing;
  /** Room on the disk of the data folder; absent where it is not watched. */
  readonly disk?: { state(): DiskState };
  /** Backups and certificate; absent where nobody sees to them. */
  readonly upkeep?: Pick<Upkeep, 'backupFailed' | 'certificateEndMs' | 'newestBackupMs'>;
  state(): NodeState;
}

export interface NodeVersion {
  readonly name: 'hefu';
  readonly version: string;
  readonly runtime: string;
}

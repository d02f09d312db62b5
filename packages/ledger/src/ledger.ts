import { toHex } from '@hefu/bytes';
import { createItemCheck } from '@hefu/contract';
import type { AttachmentDeclaration, NativeHost } from '@hefu/contract';
import { Attachments } from './attachments.ts';
import type { Attachment, AttachmentSender, ItemCheck } from './attachments.ts';
import { Chain } from './chain.ts';
import type { Engine } from './engine-port.ts';
import { Registrations } from './foreign/registrations.ts';
import type { RegisterResult } from './foreign/registrations.ts';
import { Intake } from './intake.ts';
import type { InFlightLimits, SubmitResult } from './intake.ts';
import type { Clock, SignatureChecker } from './ports.ts';
import type { PreflightRefusal } from './preflight.ts';
import { ChainReader } from './reader.ts';
import type { Store } from './store-port.ts';

type ItemSchema = NonNullable<AttachmentDeclaration['items']>['schema'];

export interface LedgerOptions {
  readonly store: Store;
  readonly host: NativeHost;
  readonly clock: Clock;
  readonly signatures: SignatureChecker;
  /** Refuses to open a chain that began otherwise. */
  readonly genesisDigest?: Uint8Array;
  /** Bounds of what is on its way, where memory is short. */
  readonly inFlight?: InFlightLimits;
  /** Makes the engine that brings this chain's statements into order. */
  readonly engine: (chain: Chain) => Engine;
}

/** One chain with its engine and its intake: everything that writes. Lives in one thread; others read through a `ChainReader`. */
export class Ledger {
  readonly chain: Chain;
  readonly reader: ChainReader;
  readonly engine: Engine;
  readonly #intake: Intake;
  readonly #registrations: Registrations;
  readonly #attachments: Attachments;
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #itemChecks = new WeakMap<object, ItemCheck>();

  private constructor(options: LedgerOptions) {
    this.#clock = options.clock;
    this.#store = options.store;
    this.chain = Chain.open(options);
    this.reader = new ChainReader(options.store);
    this.#attachments = new Attachments({
      spec: this.chain.spec,
      stored: (digest) => this.reader.attachment(digest),
      itemCheck: ({ schema, check }) => check ?? this.#generalCheck(schema),
    });
    this.engine = options.engine(this.chain);
    this.#intake = new Intake({
      ...options,
      chain: this.chain,
      engine: this.engine,
      attachments: this.#attachments,
      resultOf: (id) => this.#resultOf(id),
    });
    this.#registrations = new Registrations({
      ...options,
      chain: this.chain,
      engine: this.engine,
      reader: this.reader,
    });
  }

  /** Opens the chain in a store. Throws as `Chain.open` does. */
  static open(options: LedgerOptions): Ledger {
    return new Ledger(options);
  }

  /** Submits statements, each a COSE_Sign1; answers in order, each durable or refused. Never throws for what a client sends. */
  submit(statements: readonly Uint8Array[]): Promise<SubmitResult[]> {
    return this.#intake.submit(statements);
  }

  /** Registers a Signed Statement of another system (RFC 9943), once. Never throws for what a client sends. */
  register(statement: Uint8Array): Promise<RegisterResult> {
    return this.#registrations.register(statement);
  }

  /** Takes an attachment that a statement to come will name. Anybody's have a share of the room, the operator's all that is left. */
  stageAttachment(
    bytes: Uint8Array,
    sender: AttachmentSender = 'public',
  ):
    | { readonly ok: true; readonly digest: Uint8Array }
    | ({ readonly ok: false } & PreflightRefusal) {
    return this.#attachments.stage(bytes, this.#clock.nowMs(), sender);
  }

  /** To be called after each block: lets go of attachments that it has made durable, and of those that waited too long. */
  attachmentsCommitted(attachments: readonly Attachment[]): void {
    for (const { digest } of attachments) this.#attachments.committed(digest);
    this.#attachments.dropOld(this.#clock.nowMs());
  }

  /** Answers all that was submitted, then closes the store. */
  async close(): Promise<void> {
    await this.#intake.close();
    await this.#registrations.close();
    await this.engine.close();
    this.#store.close();
  }

  /** Compiled once for each schema. */
  #generalCheck(schema: ItemSchema): ItemCheck {
    let check = this.#itemChecks.get(schema);
    if (check === undefined) {
      check = createItemCheck(schema);
      this.#itemChecks.set(schema, check);
    }
    return check;
  }

  #resultOf(id: Uint8Array): SubmitResult | undefined {
    const record = this.reader.lookup(id);
    if (record === undefined) return undefined;
    return {
      ok: true,
      id: toHex(id),
      height: record.height,
      position: record.position,
      logIndex: record.index,
      code: record.code,
    };
  }
}

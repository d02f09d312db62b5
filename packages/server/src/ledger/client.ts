import { MessageChannel, Worker } from 'node:worker_threads';
import type { AttachmentSender, RegisterResult, SubmitResult } from '@hefu/ledger';
import type { HeldKey } from '../node/checkpoint-key.ts';
import { answerKeys } from './ask-key.ts';
import type { KeyQuestions } from './ask-key.ts';
import { packStatements } from './messages.ts';
import type { BlockReport, FromWorker, StageResult, ToWorker, WorkerSetup } from './messages.ts';

/** How a ledger's worker could not start, or why it stopped. */
export class LedgerWorkerError extends Error {
  override readonly name: string = 'LedgerWorkerError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface LedgerClientOptions {
  readonly setup: WorkerSetup;
  /** How to sign with a checkpoint key; undefined when this node has none. */
  readonly keyOf: (publicKey: Uint8Array) => HeldKey | undefined;
  /** Called after each committed block. */
  readonly onCommitted?: (block: BlockReport) => void;
  /** Called once when the ledger can't go on; reads are still served. */
  readonly onHalted?: (fault: { readonly code: string; readonly message: string }) => void;
}

/** What the worker is started with. */
export interface WorkerData {
  readonly setup: WorkerSetup;
  readonly keys: KeyQuestions;
}

interface WaitingSubmit {
  readonly statements: readonly Uint8Array[];
  resolve(results: readonly SubmitResult[]): void;
  reject(error: Error): void;
}

interface Call {
  resolve(message: FromWorker): void;
  reject(error: Error): void;
}

/** Statements that one message to the worker may hold; a larger submission goes in several. */
const STATEMENTS_PER_MESSAGE_MAX = 1_000;
/**
 * Messages to the worker under way beside which a small group waits for the next answer. A busy node thus sends few messages with
 * many statements, each of which costs a share of a block; an idle one waits for nothing.
 */
const SMALL_MESSAGES_MAX = 1;
/** Statements that are worth a message of their own however many are under way. */
const FULL_GROUP = 250;
/** Young generation of the worker's heap, in MiB: statements die young, and with the default much of a core goes into copying them. */
const YOUNG_GENERATION_MIB = 64;

/**
 * The ledger in its worker, seen from the main thread. What is submitted within one turn of the event loop crosses to the
 * worker in one message.
 */
export class LedgerClient {
  readonly #worker: Worker;
  #adopted = false;
  readonly #calls = new Map<number, Call>();
  #nextCall = 1;
  #waiting: WaitingSubmit[] = [];
  #flushing = false;
  #closed = false;
  #halted: { readonly code: string; readonly message: string } | undefined;
  #lastBlock: BlockReport | undefined;
  #inWorker = 0;
  #waitingCount = 0;
  #messagesUnderWay = 0;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Starts the worker and waits until the chain is open. Rejects with LedgerWorkerError, its code that of the fault. */
  static async start(options: LedgerClientOptions): Promise<LedgerClient> {
    const fromSource = import.meta.url.endsWith('.ts');
    const file = new URL(fromSource ? './worker.ts' : './worker.js', import.meta.url);
    const { port1, port2 } = new MessageChannel();
    const answered = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    answerKeys({ port: port1, answered }, options.keyOf);
    const data: WorkerData = { setup: options.setup, keys: { port: port2, answered } };
    const worker = new Worker(file, {
      workerData: data,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
      ...(fromSource ? { execArgv: ['--conditions=source'] } : {}),
    });
    const client = new LedgerClient(worker);
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.type === 'ready') {
          client.#adopted = message.adopted;
          resolve();
        } else if (message.type === 'failed') {
          reject(new LedgerWorkerError(message.code, message.message));
        } else client.#receive(message, options);
      });
      worker.on('error', (error) => {
        const cause = error instanceof Error ? error : new Error(String(error));
        reject(cause);
        client.#halt({ code: 'ledger-failed', message: cause.message }, options);
      });
      worker.on('exit', () => {
        reject(new LedgerWorkerError('ledger-failed', 'the ledger worker ended'));
        client.#ended(options);
      });
    });
    return client;
  }

  /** Whether the chain had no signing state, and one was begun from its store. */
  get adopted(): boolean {
    return this.#adopted;
  }

  /** Submits statements; answers in order, each durable or refused. */
  submit(statements: readonly Uint8Array[]): Promise<readonly SubmitResult[]> {
    if (statements.length > STATEMENTS_PER_MESSAGE_MAX) return this.#submitInParts(statements);
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new LedgerWorkerError('closed', 'the ledger is closed'));
        return;
      }
      this.#waiting.push({ statements, resolve, reject });
      this.#waitingCount += statements.length;
      this.#scheduleFlush();
    });
  }

  /** Hands over bytes that a statement to come will name. */
  async stageAttachment(bytes: Uint8Array, sender: AttachmentSender): Promise<StageResult> {
    const answer = await this.#call((call) => ({ type: 'stage', call, bytes, sender }));
    if (answer.type !== 'staged') throw new Error(`unexpected answer ${answer.type}`);
    return answer.result;
  }

  /** Registers a statement of another system. */
  async register(statement: Uint8Array): Promise<RegisterResult> {
    // A copy: of a view all that lies around it would cross.
    const bytes = new Uint8Array(statement);
    const answer = await this.#call((call) => ({ type: 'register', call, statement: bytes }));
    if (answer.type !== 'registered') throw new Error(`unexpected answer ${answer.type}`);
    return answer.result;
  }

  /** What the worker last reported. */
  status(): {
    readonly height: number | undefined;
    readonly queued: number;
    readonly halted: { readonly code: string; readonly message: string } | undefined;
  } {
    return { height: this.#lastBlock?.height, queued: this.#inWorker, halted: this.#halted };
  }

  /** Finishes what waits, then closes the store and ends the worker. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#flush();
    const exited = new Promise<void>((resolve) => {
      this.#worker.once('exit', () => {
        resolve();
      });
    });
    const closing = this.#call((call) => ({ type: 'close', call }));
    this.#closed = true;
    await closing;
    await exited;
  }

  async #submitInParts(statements: readonly Uint8Array[]): Promise<readonly SubmitResult[]> {
    const parts: Promise<readonly SubmitResult[]>[] = [];
    for (let from = 0; from < statements.length; from += STATEMENTS_PER_MESSAGE_MAX) {
      parts.push(this.submit(statements.slice(from, from + STATEMENTS_PER_MESSAGE_MAX)));
    }
    return (await Promise.all(parts)).flat();
  }

  #scheduleFlush(): void {
    if (this.#flushing || this.#waiting.length === 0) return;
    if (this.#messagesUnderWay >= SMALL_MESSAGES_MAX && this.#waitingCount < FULL_GROUP) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flush();
    });
  }

  #flush(): void {
    this.#flushing = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingCount = 0;
    let group: WaitingSubmit[] = [];
    let count = 0;
    for (const each of waiting) {
      if (count + each.statements.length > STATEMENTS_PER_MESSAGE_MAX && count > 0) {
        this.#send(group, count);
        group = [];
        count = 0;
      }
      group.push(each);
      count += each.statements.length;
    }
    if (group.length > 0) this.#send(group, count);
  }

  #send(group: readonly WaitingSubmit[], count: number): void {
    this.#inWorker += count;
    this.#messagesUnderWay++;
    this.#submitGroup(group).then(
      (results) => {
        this.#answered(count);
        let at = 0;
        for (const each of group) {
          each.resolve(results.slice(at, at + each.statements.length));
          at += each.statements.length;
        }
        return undefined;
      },
      (error: unknown) => {
        this.#answered(count);
        const cause = error instanceof Error ? error : new Error(String(error));
        for (const each of group) each.reject(cause);
      },
    );
  }

  #answered(count: number): void {
    this.#inWorker -= count;
    this.#messagesUnderWay--;
    this.#scheduleFlush();
  }

  async #submitGroup(group: readonly WaitingSubmit[]): Promise<readonly SubmitResult[]> {
    const statements = packStatements(group.flatMap((each) => each.statements));
    const transfer = [statements.bytes.buffer, statements.ends.buffer] as ArrayBuffer[];
    const answer = await this.#call((call) => ({ type: 'submit', call, statements }), transfer);
    if (answer.type !== 'submitted') throw new Error(`unexpected answer ${answer.type}`);
    return answer.results;
  }

  #call(make: (call: number) => ToWorker, transfer: ArrayBuffer[] = []): Promise<FromWorker> {
    const call = this.#nextCall++;
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new LedgerWorkerError('closed', 'the ledger is closed'));
        return;
      }
      this.#calls.set(call, { resolve, reject });
      this.#worker.postMessage(make(call), transfer);
    });
  }

  #receive(message: FromWorker, options: LedgerClientOptions): void {
    switch (message.type) {
      case 'committed':
        this.#lastBlock = message.block;
        options.onCommitted?.(message.block);
        return;
      case 'halted':
        this.#halt({ code: message.code, message: message.message }, options);
        return;
      case 'ready':
      case 'failed':
        return;
      default: {
        const call = this.#calls.get(message.call);
        this.#calls.delete(message.call);
        call?.resolve(message);
      }
    }
  }

  #halt(
    fault: { readonly code: string; readonly message: string },
    options: LedgerClientOptions,
  ): void {
    if (this.#halted !== undefined) return;
    this.#halted = fault;
    options.onHalted?.(fault);
  }

  #ended(options: LedgerClientOptions): void {
    const expected = this.#closed;
    this.#closed = true;
    for (const call of this.#calls.values()) {
      call.reject(new LedgerWorkerError('ledger-failed', 'the ledger worker ended'));
    }
    this.#calls.clear();
    if (!expected) {
      this.#halt({ code: 'ledger-failed', message: 'the ledger worker ended' }, options);
    }
  }
}

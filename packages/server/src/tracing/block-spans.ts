import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Span, SpanContext, Tracer } from '@opentelemetry/api';
import type { SubmitResult } from '@hefu/ledger';
import type { ChainHost } from '../chain-host.ts';
import type { BlockReport } from '../ledger/messages.ts';

/** How long after its commit a block waits for the answers of the submissions in it, which come in messages of their own. */
const GATHER_MS = 20;
/** Blocks that wait for their submissions, or that are remembered for webhooks and projection. */
const BLOCKS_MAX = 1_000;
/** Submissions that one block names. */
const LINKS_MAX = 100;
const MS_PER_SECOND = 1_000;

/** Moments are Unix milliseconds with fractions. */
interface WaitingBlock {
  report?: BlockReport & { readonly endMs: number };
  readonly submissions: Span[];
  readonly finished: PromiseWithResolvers<void>;
}

/** The spans of one chain's blocks: when they were executed and committed, and when the read models had taken them in. */
export class BlockSpans implements Disposable {
  readonly #tracer: Tracer;
  readonly #chain: string;
  readonly #waiting = new Map<number, WaitingBlock>();
  /** Contexts of recent blocks, in order of height. */
  readonly #recent = new Map<number, SpanContext>();
  /** Spans of projections under way, in order of height. */
  readonly #projections = new Map<number, Span>();
  readonly #projectedHeight: () => number | undefined;
  readonly #stops: (() => void)[] = [];

  constructor(tracer: Tracer, host: ChainHost) {
    const { chain, readModel } = host;
    this.#tracer = tracer;
    this.#chain = chain;
    this.#projectedHeight = () => readModel.height();
    this.#stops.push(host.onBlock((block) => this.#committed(block)));
    const stop = readModel.onHeight?.((height) => this.#projected(height));
    if (stop !== undefined) this.#stops.push(stop);
  }

  /** A submission was answered: its span ends where the block began that took it in, or now when none did. */
  submitted(span: Span, results: readonly SubmitResult[]): void {
    const refused = results.filter((result) => !result.ok).length;
    if (refused > 0) span.setAttribute('hefu.statements.refused', refused);
    const first = results.find((result) => result.ok && result.duplicate === undefined);
    if (first?.ok !== true || !span.isRecording() || this.#recent.has(first.height)) {
      span.end();
      return;
    }
    this.#waitingAt(first.height).submissions.push(span);
  }

  /** The span of a block, for what is made of it; undefined for one that is not recorded or long ago. */
  async contextOf(height: number): Promise<SpanContext | undefined> {
    // Events of a block can be told before the answers of the submissions in it have come.
    await this.#waiting.get(height)?.finished.promise;
    return this.#recent.get(height);
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stops) stop();
    for (const height of this.#waiting.keys()) this.#finish(height);
    for (const span of this.#projections.values()) span.end();
    this.#projections.clear();
  }

  #committed(block: BlockReport): void {
    if (block.statements === 0) return;
    const endMs = performance.timeOrigin + performance.now();
    this.#waitingAt(block.height).report = { ...block, endMs };
  }

  #waitingAt(height: number): WaitingBlock {
    const known = this.#waiting.get(height);
    if (known !== undefined) return known;
    const made: WaitingBlock = { submissions: [], finished: Promise.withResolvers() };
    this.#waiting.set(height, made);
    setTimeout(() => this.#finish(height), GATHER_MS).unref();
    if (this.#waiting.size > BLOCKS_MAX) this.#finish(firstOf(this.#waiting) ?? height);
    return made;
  }

  /** Makes the spans of a block and ends those of its submissions. */
  #finish(height: number): void {
    const block = this.#waiting.get(height);
    if (block === undefined) return;
    this.#waiting.delete(height);
    const { report, submissions, finished } = block;
    finished.resolve();
    // Without a submission that is recorded nobody would find the block.
    if (report === undefined || submissions.length === 0) {
      for (const span of submissions) span.end();
      return;
    }
    const { endMs, executeSeconds, commitSeconds, statements } = report;
    const executedMs = endMs - commitSeconds * MS_PER_SECOND;
    const startMs = executedMs - executeSeconds * MS_PER_SECOND;
    const span = this.#tracer.startSpan(
      'ledger block',
      {
        root: true,
        startTime: startMs,
        links: submissions.slice(0, LINKS_MAX).map((each) => ({ context: each.spanContext() })),
        attributes: {
          'hefu.chain': this.#chain,
          'hefu.block.height': height,
          'hefu.block.statements': statements,
        },
      },
      ROOT_CONTEXT,
    );
    const context = span.spanContext();
    const within = trace.setSpan(ROOT_CONTEXT, span);
    this.#tracer.startSpan('ledger execute', { startTime: startMs }, within).end(executedMs);
    this.#tracer.startSpan('ledger commit', { startTime: executedMs }, within).end(endMs);
    span.end(endMs);
    for (const submission of submissions) {
      submission.addLink({ context });
      submission.end(startMs);
    }
    remember(this.#recent, height, context);
    const projection = this.#tracer.startSpan('projection', { startTime: endMs }, within);
    this.#projections.set(height, projection);
    const reached = this.#projectedHeight();
    if (reached === undefined || reached >= height) this.#projected(height);
    if (this.#projections.size > BLOCKS_MAX) {
      this.#projected(firstOf(this.#projections) ?? height);
    }
  }

  #projected(reached: number): void {
    for (const [height, span] of this.#projections) {
      if (height > reached) return;
      this.#projections.delete(height);
      span.end();
    }
  }
}

function remember(recent: Map<number, SpanContext>, height: number, context: SpanContext): void {
  recent.set(height, context);
  const oldest = firstOf(recent);
  if (recent.size > BLOCKS_MAX && oldest !== undefined) recent.delete(oldest);
}

/** Maps keep the order in which keys came. */
function firstOf(map: ReadonlyMap<number, unknown>): number | undefined {
  for (const key of map.keys()) return key;
  return undefined;
}

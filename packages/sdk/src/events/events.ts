import * as z from 'zod';
import { clientProblem, ProblemError } from '../problem.ts';
import { problemOf, retryAfterMs } from '../http.ts';
import type { NodeHttp } from '../http.ts';
import { backoffMs, sleep } from '../sleep.ts';
import { SseParser } from './sse-parser.ts';
import type { SseMessage } from './sse-parser.ts';

/** Silence after which a stream is taken for dead: three of the server's signs of life. */
export const EVENTS_SILENCE_MS_DEFAULT = 45_000;

/** Which events, and from where on. */
export interface EventQuery {
  /** Of this contract alone. */
  readonly contract?: string;
  /** Of this name alone, as its contract calls it. */
  readonly event?: string;
  /** Of statements by this organisation's members alone. */
  readonly organisation?: string;
  /** Whether blocks are told of; they are unless something narrower is asked for. */
  readonly blocks?: boolean;
  /** Behind this position, as an event had it; what happens from now on unless given. */
  readonly since?: string;
  /** Silence after which the client connects anew; 45 seconds unless given. */
  readonly silenceMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Told when the stream broke off and will be taken up where it was. */
  readonly onReconnect?: (problem: ProblemError) => void;
}

const cloudEventSchema = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.string(),
  time: z.string().optional(),
  data: z.unknown().optional(),
});
/** A CloudEvent (1.0, JSON format) with the attributes that the node adds. */
export type CloudEvent = z.output<typeof cloudEventSchema>;

/** An event of the ledger. It is a notice, the node's word: ask for state or receipt before anything rests on it. */
export interface LedgerEvent {
  /** Where to go on: give it as `since`. Opaque. */
  readonly position: string;
  /** `contract/event`, or `block`. */
  readonly name: string;
  readonly event: CloudEvent;
}

/** Where a subscription stands. */
interface Cursor {
  position: string | undefined;
  /** What the server asks to wait before coming back. */
  retryMs: number;
}

/**
 * Events as they happen, each once and in order, whatever becomes of connections and nodes meanwhile: a broken stream is
 * taken up behind the last event (`Last-Event-ID`). Ends with the signal, whose reason it throws, or when the caller
 * stops. Throws ProblemError when the node refuses for good.
 */
export async function* subscribe(
  http: NodeHttp,
  query: EventQuery,
): AsyncGenerator<LedgerEvent, never> {
  const cursor: Cursor = { position: query.since, retryMs: 0 };
  let failures = 0;
  for (;;) {
    try {
      for await (const event of stream(http, query, cursor)) {
        failures = 0;
        yield event;
      }
      failures = 1;
      query.onReconnect?.(clientProblem('node-unreachable', 'the stream has ended'));
    } catch (error) {
      query.signal?.throwIfAborted();
      if (!(error instanceof ProblemError) || !error.retryable) throw error;
      failures++;
      query.onReconnect?.(error);
    }
    await sleep(Math.max(cursor.retryMs, backoffMs(failures)), query.signal);
  }
}

async function* stream(
  http: NodeHttp,
  query: EventQuery,
  cursor: Cursor,
): AsyncGenerator<LedgerEvent> {
  const { contract, event, organisation, blocks, silenceMs = EVENTS_SILENCE_MS_DEFAULT } = query;
  const silence = new SilenceTimer(silenceMs);
  const signals = [silence.signal, ...(query.signal === undefined ? [] : [query.signal])];
  const path = '/v1/events';
  try {
    const answer = await http.ask({
      path,
      query: {
        contract,
        event,
        organisation,
        blocks: blocks === undefined ? undefined : Number(blocks),
      },
      headers: {
        accept: 'text/event-stream',
        ...(cursor.position === undefined ? {} : { 'last-event-id': cursor.position }),
      },
      signal: AbortSignal.any(signals),
      timeoutMs: 0,
    });
    if (answer.status >= 400) {
      cursor.retryMs = retryAfterMs(answer);
      throw await problemOf(answer, path);
    }
    if (answer.body === null) throw clientProblem('answer-not-understood', `${path} gave nothing`);
    yield* messagesOf(answer.body, cursor, silence);
  } catch (error) {
    query.signal?.throwIfAborted();
    const problem = streamProblem(error, http, silence.isOver);
    // Of several nodes another one is asked next.
    if (problem.retryable) http.nodes.failed(http.url);
    throw problem;
  } finally {
    silence.stop();
  }
}

async function* messagesOf(
  body: ReadableStream<Uint8Array>,
  cursor: Cursor,
  silence: SilenceTimer,
): AsyncGenerator<LedgerEvent> {
  const parser = new SseParser(cursor.position);
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      silence.start();
      const { done, value } = await reader.read();
      // Whoever works on an event may take as long as it takes; only the node's silence counts.
      silence.stop();
      if (done) return;
      const messages = parser.push(decoder.decode(value, { stream: true }));
      cursor.retryMs = parser.retryMs ?? 0;
      for (const message of messages) {
        const event = ledgerEvent(message);
        // Before it is handed out: whoever has it does not want it again.
        cursor.position = event.position;
        yield event;
      }
      if (parser.lastEventId !== '') cursor.position = parser.lastEventId;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function ledgerEvent({ data, lastEventId }: SseMessage): LedgerEvent {
  let parsed: unknown;
  try {
    parsed = JSON.parse(data);
  } catch (error) {
    throw clientProblem('answer-not-understood', 'an event is no JSON', error);
  }
  const event = cloudEventSchema.safeParse(parsed);
  if (!event.success) throw clientProblem('answer-not-understood', 'an event is no CloudEvent');
  return { position: lastEventId, name: nameOf(event.data.type), event: event.data };
}

/** `evidence/deposited` of the type `hefu.evidence.deposited`. */
function nameOf(type: string): string {
  return type.replace(/^hefu\./, '').replace('.', '/');
}

/** Connections break in as many words as there are runtimes. */
function streamProblem(error: unknown, http: NodeHttp, isSilent: boolean): ProblemError {
  if (isSilent) return clientProblem('node-timeout', `${http.url} has gone silent`, error);
  if (error instanceof ProblemError) return error;
  return clientProblem('node-unreachable', `${http.url}: the stream broke off`, error);
}

/** Aborts when it was started and not stopped for so long. */
class SilenceTimer {
  readonly #controller = new AbortController();
  readonly #silenceMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  isOver = false;

  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
    this.start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  start(): void {
    this.stop();
    this.#timer = setTimeout(() => {
      this.isOver = true;
      this.#controller.abort();
    }, this.#silenceMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

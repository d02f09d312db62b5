import { clientProblem } from '../problem.ts';

/** One message of a stream of server-sent events (HTML Standard §9.2.6). */
export interface SseMessage {
  /** `message` unless the server named it. */
  readonly type: string;
  readonly data: string;
  /** The last id that the stream has set; empty before any. */
  readonly lastEventId: string;
}

/** Most characters that one message may have: a stream without ends must not fill the memory. */
export const SSE_MESSAGE_CHARS_MAX = 4 * 1024 * 1024;

/**
 * Takes a stream of server-sent events apart as its text comes in.
 */
export class SseParser {
  /** Milliseconds that the server asks to wait before coming back; undefined unless it did. */
  retryMs: number | undefined;
  #rest = '';
  #isFirst = true;
  #type = '';
  #data: string[] = [];
  #chars = 0;
  #pendingId: string;
  #lastEventId: string;

  constructor(lastEventId: string = '') {
    this.#pendingId = lastEventId;
    this.#lastEventId = lastEventId;
  }

  /** The last id that the stream has set, with a message or without: servers move readers on whom nothing concerns. */
  get lastEventId(): string {
    return this.#lastEventId;
  }

  /** The messages that end in this piece of text. Throws ProblemError `answer-not-understood` when one has no end. */
  push(text: string): SseMessage[] {
    const messages: SseMessage[] = [];
    let piece = this.#rest + text;
    if (this.#isFirst && piece !== '') {
      this.#isFirst = false;
      if (piece.startsWith('\uFEFF')) piece = piece.slice(1);
    }
    // A carriage return at the end may be half of a line's end.
    const held = piece.endsWith('\r') ? '\r' : '';
    const lines = piece.slice(0, piece.length - held.length).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '') + held;
    if (this.#rest.length > SSE_MESSAGE_CHARS_MAX) throw tooLong();
    for (const line of lines) {
      if (line === '') this.#dispatch(messages);
      else this.#field(line);
    }
    return messages;
  }

  #field(line: string): void {
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    switch (name) {
      case 'event':
        this.#type = value;
        break;
      case 'data':
        this.#chars += value.length;
        if (this.#chars > SSE_MESSAGE_CHARS_MAX) throw tooLong();
        this.#data.push(value);
        break;
      case 'id':
        if (!value.includes('\0')) this.#pendingId = value;
        break;
      case 'retry':
        if (/^\d{1,9}$/.test(value)) this.retryMs = Number(value);
        break;
      default:
      // Comments and fields that nobody knows are passed over.
    }
  }

  #dispatch(messages: SseMessage[]): void {
    this.#lastEventId = this.#pendingId;
    if (this.#data.length > 0) {
      const type = this.#type === '' ? 'message' : this.#type;
      messages.push({ type, data: this.#data.join('\n'), lastEventId: this.#lastEventId });
    }
    this.#type = '';
    this.#data = [];
    this.#chars = 0;
  }
}

function tooLong(): Error {
  return clientProblem('answer-not-understood', 'an event of the stream has no end');
}

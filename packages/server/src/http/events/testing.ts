import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { CloudEvent } from './cloud-event.ts';

/** A reader of server-sent events over a real socket, by the parsing rules of the HTML standard §9.2.6. */
export class TestReader implements Disposable {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly events: CloudEvent[] = [];
  readonly comments: string[] = [];
  lastEventId = '';
  ended = false;
  readonly answer: IncomingMessage;
  #rest = '';
  readonly #changed: (() => void)[] = [];

  private constructor(answer: IncomingMessage) {
    this.answer = answer;
    this.status = answer.statusCode ?? 0;
    this.headers = answer.headers;
    answer.setEncoding('utf8');
    answer.on('data', (text: string) => this.#take(text));
    const end = (): void => {
      this.ended = true;
      this.#tell();
    };
    answer.on('end', end).on('close', end).on('error', end);
  }

  static async open(
    url: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<TestReader> {
    return new Promise((resolve, reject) => {
      get(url, { headers, agent: false }, (answer) => resolve(new TestReader(answer))).on(
        'error',
        reject,
      );
    });
  }

  /** Waits until the condition holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#changed.push(resolve);
      });
    }
  }

  [Symbol.dispose](): void {
    this.answer.destroy();
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) this.#dispatch(block);
    this.#tell();
  }

  #dispatch(block: string): void {
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) this.comments.push(line.slice(1).trim());
      else if (line.startsWith('id: ')) this.lastEventId = line.slice('id: '.length);
      else if (line.startsWith('data: ')) {
        this.events.push(JSON.parse(line.slice('data: '.length)) as CloudEvent);
      }
    }
  }

  #tell(): void {
    for (const resolve of this.#changed.splice(0)) resolve();
  }
}

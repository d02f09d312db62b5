import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** The end of an answer's head. */
const HEAD_END = '\r\n\r\n';

/**
 * One kept-alive connection that sends prepared requests and reads answers with a Content-Length, one after the other. A general
 * client costs as much as the node under test; this one leaves the machine to the node.
 */
export class Connection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #resolve: ((answer: { readonly status: number; readonly body: Buffer }) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#take();
    });
    socket.on('error', (error) => this.#reject?.(error));
    socket.on('close', () => this.#reject?.(new Error('the node closed the connection')));
  }

  static open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) }, () => {
        resolve(new Connection(socket));
      });
      socket.once('error', reject);
    });
  }

  /** Sends a whole request and waits for its answer. */
  send(request: Uint8Array): Promise<{ readonly status: number; readonly body: Buffer }> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#reject = undefined;
    this.#socket.destroy();
  }

  #take(): void {
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
    const end = headEnd + HEAD_END.length + length;
    if (!Number.isSafeInteger(end)) throw new Error(`an answer without a length: ${head}`);
    if (this.#received.length < end) return;
    const body = this.#received.subarray(headEnd + HEAD_END.length, end);
    this.#received = this.#received.subarray(end);
    this.#resolve?.({ status: Number(head.slice(9, 12)), body });
  }
}

/** A POST of `body`, ready to be written to a connection. */
export function postRequest(path: string, type: string, body: Uint8Array): Uint8Array {
  const head =
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: ${type}\r\n` +
    `content-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

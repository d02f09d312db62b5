import { backoffMs } from './sleep.ts';

/** One node and how it has behaved. */
export interface NodeHealth {
  readonly url: string;
  /** Failures in a row. */
  readonly failures: number;
  /** Milliseconds UTC until which others are asked first. */
  readonly restsUntil: number;
}

interface MutableHealth {
  url: string;
  failures: number;
  restsUntil: number;
}

/**
 * The nodes of one chain. The one that answered last is asked first; one that fails rests for a while, longer each
 * time, and is asked only when no other answers.
 */
export class NodePool {
  readonly #nodes: MutableHealth[];
  readonly #now: () => number;
  #current: MutableHealth;

  /** Throws TypeError when there is no address. */
  constructor(urls: readonly string[], now: () => number) {
    this.#nodes = urls.map((url) => ({ url: url.replace(/\/+$/, ''), failures: 0, restsUntil: 0 }));
    const [first] = this.#nodes;
    if (first === undefined) throw new TypeError('a client needs the address of a node');
    this.#current = first;
    this.#now = now;
  }

  /** Address of the node that is asked first. */
  get url(): string {
    return this.#current.url;
  }

  /** How the nodes have behaved, in the order of their addresses. */
  health(): readonly NodeHealth[] {
    return this.#nodes.map((node) => ({ ...node }));
  }

  /** Addresses in the order in which to ask: those that rest come last, the one that rests shortest first. */
  order(): readonly string[] {
    const now = this.#now();
    const start = this.#nodes.indexOf(this.#current);
    const round = [...this.#nodes.slice(start), ...this.#nodes.slice(0, start)];
    const awake = round.filter(({ restsUntil }) => restsUntil <= now);
    const resting = round
      .filter(({ restsUntil }) => restsUntil > now)
      .toSorted((left, right) => left.restsUntil - right.restsUntil);
    return [...awake, ...resting].map(({ url }) => url);
  }

  /** The node has answered as it should. */
  succeeded(url: string): void {
    const node = this.#find(url);
    node.failures = 0;
    node.restsUntil = 0;
    this.#current = node;
  }

  /** The node has failed; it rests at least `restMs`, when given. */
  failed(url: string, restMs: number = 0): void {
    const node = this.#find(url);
    node.failures++;
    node.restsUntil = this.#now() + Math.max(restMs, backoffMs(node.failures));
  }

  #find(url: string): MutableHealth {
    const node = this.#nodes.find((each) => each.url === url);
    if (node === undefined) throw new TypeError(`${url} is none of the client's nodes`);
    return node;
  }
}

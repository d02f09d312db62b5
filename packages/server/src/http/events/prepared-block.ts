import type { Viewer } from '@hefu/contract';
import type { EventBlock } from '../../chain/event-feed.ts';
import type { Gate } from '../../gate.ts';
import { blockEventOf, cloudEventOf } from './cloud-event.ts';
import type { CloudEvent } from './cloud-event.ts';
import { matchesFilter } from './event-filter.ts';
import type { EventFilter } from './event-filter.ts';

/** What one kind of subscriber wants and may see; those of one kind share what is made for them. */
export interface Audience {
  readonly filter: EventFilter;
  readonly viewer: Viewer;
  /** The same for the same filter and viewer. */
  readonly key: string;
}

export function audienceOf(filter: EventFilter, viewer: Viewer): Audience {
  const { contract, event, organisation, blocks } = filter;
  const who = viewer.kind === 'organisation' ? viewer.organisation : '';
  const key = JSON.stringify([contract, event, organisation, blocks, viewer.kind, who]);
  return { filter, viewer, key };
}

/** Kinds of subscribers whose text of a block is kept; those beyond cost its making each time. */
const AUDIENCES_KEPT_MAX = 64;

/** A block made ready for many subscribers: each event becomes JSON once, each kind of subscriber gets one text. */
export class PreparedBlock {
  readonly height: number;
  readonly size: number;
  readonly #block: EventBlock;
  readonly #chain: string;
  readonly #gate: Gate;
  readonly #json = new Map<number, string>();
  readonly #texts = new Map<string, string>();

  constructor(block: EventBlock, chain: string, gate: Gate) {
    this.height = block.height;
    this.size = block.events.length;
    this.#block = block;
    this.#chain = chain;
    this.#gate = gate;
  }

  /** The events for an audience as server-sent events, those after `after`; empty when there are none. */
  text(audience: Audience, after: number): string {
    if (after >= 0) return this.#render(audience, after);
    const known = this.#texts.get(audience.key);
    if (known !== undefined) return known;
    const text = this.#render(audience, after);
    if (this.#texts.size < AUDIENCES_KEPT_MAX) this.#texts.set(audience.key, text);
    return text;
  }

  /** The events for an audience with their numbers, those after `after`. */
  *events(audience: Audience, after: number): Generator<readonly [number, CloudEvent]> {
    const { filter, viewer } = audience;
    for (const [number, event] of this.#block.events.entries()) {
      if (number <= after || !matchesFilter(filter, event)) continue;
      const named = { name: `${event.contract}/${event.name}`, data: event.data };
      if (!this.#gate.event(named, viewer)) continue;
      yield [number, cloudEventOf(this.#chain, this.#block, number, event)];
    }
    const own =
      filter.blocks && this.size > after ? blockEventOf(this.#chain, this.#block) : undefined;
    if (own !== undefined) yield [this.size, own];
  }

  #render(audience: Audience, after: number): string {
    let text = '';
    for (const [number, event] of this.events(audience, after)) {
      let json = this.#json.get(number);
      if (json === undefined) {
        json = JSON.stringify(event);
        this.#json.set(number, json);
      }
      // JSON has no line breaks, so one line of data is the whole.
      text += `id: ${event.id}\ndata: ${json}\n\n`;
    }
    return text;
  }
}

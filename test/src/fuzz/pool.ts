import type { Random } from '../faults/random.ts';

/** Values of one name that are kept; a further one takes the place of a random other. */
const VALUES_MAX = 64;
const NAMES_MAX = 2_000;
/** Deepest member looked at. */
const DEPTH_MAX = 8;
/** Elements of one list that are looked at. */
const ELEMENTS_MAX = 20;

/** What the node has told in its answers, by the names of the members it stood under: what valid requests are made of. */
export class Pool {
  readonly #byName = new Map<string, string[]>();

  /** Takes every text and number out of an answer. */
  harvest(value: unknown, random: Random, name = '', depth = 0): void {
    if (depth > DEPTH_MAX) return;
    if (typeof value === 'string' || typeof value === 'number') {
      if (String(value).length <= 2_000) this.add(name, String(value), random);
      return;
    }
    if (Array.isArray(value)) {
      for (const each of value.slice(0, ELEMENTS_MAX)) this.harvest(each, random, name, depth + 1);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, each] of Object.entries(value)) this.harvest(each, random, key, depth + 1);
  }

  /** Takes the members of an answer, or of the items of a page, under the address they came from. */
  harvestUnder(scope: string, value: unknown, random: Random): void {
    const items = (value as { readonly items?: unknown } | null)?.items;
    for (const item of (Array.isArray(items) ? items : [value]).slice(0, ELEMENTS_MAX)) {
      if (typeof item !== 'object' || item === null) continue;
      for (const [key, each] of Object.entries(item)) {
        if (typeof each === 'string') this.add(`${scope} ${key}`, each, random);
      }
    }
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  add(name: string, value: string, random: Random): void {
    let values = this.#byName.get(name);
    if (values === undefined) {
      if (this.#byName.size >= NAMES_MAX) return;
      this.#byName.set(name, (values = []));
    }
    if (values.includes(value)) return;
    if (values.length < VALUES_MAX) values.push(value);
    else values[random.between(0, VALUES_MAX - 1)] = value;
  }

  /** A value that stood under one of these names; under any name when there is none. */
  pick(names: readonly string[], random: Random): string | undefined {
    const fitting = names.flatMap((name) => this.#byName.get(name) ?? []);
    if (fitting.length > 0) return fitting[random.between(0, fitting.length - 1)];
    const all = [...this.#byName.values()];
    const values = all[random.between(0, Math.max(0, all.length - 1))];
    return values?.[random.between(0, values.length - 1)];
  }
}

/** Who may read a collection's values, an event's data or a method's arguments: plain data. */
export type Readers =
  | { readonly kind: 'public' }
  | { readonly kind: 'consortium' }
  /** As the named field of the value itself says. */
  | { readonly kind: 'field'; readonly field: string };

/** What a field named by `readers.field` holds. */
export type ReadersValue = 'public' | 'consortium' | readonly string[];

/** Whoever asks to see something. */
export type Viewer =
  | { readonly kind: 'public' }
  | { readonly kind: 'organisation'; readonly organisation: string }
  /** The node itself, for its own work: indexing, fsck, replay. */
  | { readonly kind: 'node' };

/** Readers as data. */
export const readers = {
  public: (): Readers => ({ kind: 'public' }),
  consortium: (): Readers => ({ kind: 'consortium' }),
  field: (field: string): Readers => ({ kind: 'field', field }),
} as const;

/**
 * The one rule of who may read what: `public` everyone, `consortium` every organisation, a field what
 * it says about this `value`. A field that is absent or holds anything else is readable by the node
 * alone: doubt never publishes.
 */
export function mayRead(declared: Readers, value: unknown, viewer: Viewer): boolean {
  if (viewer.kind === 'node') return true;
  switch (declared.kind) {
    case 'public':
      return true;
    case 'consortium':
      return viewer.kind === 'organisation';
    case 'field':
      return mayReadByField(fieldOf(value, declared.field), viewer);
  }
}

function mayReadByField(named: unknown, viewer: Viewer): boolean {
  if (named === 'public') return true;
  if (viewer.kind !== 'organisation') return false;
  if (named === 'consortium') return true;
  return Array.isArray(named) && named.includes(viewer.organisation);
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined;
}

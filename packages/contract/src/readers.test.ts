// Goal: nobody reads what was not meant for them. Method: the full table of readers and viewers.
import { describe, expect, it } from 'vitest';
import { mayRead, readers } from './readers.ts';
import type { Readers, Viewer } from './readers.ts';

const everyone: Viewer = { kind: 'public' };
const acme: Viewer = { kind: 'organisation', organisation: 'acme' };
const beta: Viewer = { kind: 'organisation', organisation: 'beta' };
const node: Viewer = { kind: 'node' };
const field = readers.field('readers');

/** For each: what the public, acme, beta and the node may. */
const ROWS: readonly (readonly [
  string,
  Readers,
  unknown,
  readonly [boolean, boolean, boolean, boolean],
])[] = [
  ['public', readers.public(), {}, [true, true, true, true]],
  ['consortium', readers.consortium(), {}, [false, true, true, true]],
  ['a field that says public', field, { readers: 'public' }, [true, true, true, true]],
  ['a field that says consortium', field, { readers: 'consortium' }, [false, true, true, true]],
  ['a field that names one', field, { readers: ['acme'] }, [false, true, false, true]],
  ['a field that names two', field, { readers: ['beta', 'acme'] }, [false, true, true, true]],
  ['a field that names nobody', field, { readers: [] }, [false, false, false, true]],
  ['a field that is absent', field, {}, [false, false, false, true]],
  ['a field of another kind', field, { readers: { acme: true } }, [false, false, false, true]],
  ['a text that is no word of ours', field, { readers: 'acme' }, [false, false, false, true]],
  ['a field inherited', readers.field('constructor'), {}, [false, false, false, true]],
  ['no value', field, undefined, [false, false, false, true]],
  ['null', field, null, [false, false, false, true]],
];

describe('mayRead', () => {
  it.each(ROWS)('%s', (_, declared, value, expected) => {
    const seen = [everyone, acme, beta, node].map((viewer) => mayRead(declared, value, viewer));
    expect(seen).toEqual(expected);
  });
});

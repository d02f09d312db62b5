import { toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import type { FieldName, Texts } from '../texts/texts.ts';
import { h } from './dom.ts';
import type { Child } from './dom.ts';
import { visible } from './visible.ts';

/** Deepest and longest that a value from a receipt is drawn. */
const DEPTH_MAX = 6;
const FIELDS_MAX = 60;

/** A list of labelled values. */
export function valueList(...rows: readonly (HTMLElement | undefined)[]): HTMLElement | undefined {
  const there = rows.filter((each) => each !== undefined);
  return there.length === 0 ? undefined : h('dl', { class: 'values' }, there);
}

/** A label and what stands beside it. */
export function row(texts: Texts, field: FieldName, ...value: readonly Child[]): HTMLElement {
  return h('div', { class: 'row' }, h('dt', {}, texts.fields[field]), h('dd', {}, ...value));
}

/** Text from a document: its direction can't leak, and what is hidden in it is shown. */
export function foreign(text: string): HTMLElement {
  return h('bdi', {}, visible(text));
}

/** A row with a digest or another text that is compared letter by letter, and a button that copies it. */
export function hashRow(texts: Texts, field: FieldName, value: string): HTMLElement {
  return row(texts, field, hashValue(texts, texts.fields[field], value));
}

/** A digest and the button that copies it. */
export function hashValue(texts: Texts, label: string, value: string): HTMLElement {
  const shown = h('code', { class: 'hash' }, visible(value));
  return h('span', { class: 'copyable' }, shown, copyButton(texts, label, value, shown));
}

function copyButton(texts: Texts, label: string, value: string, shown: HTMLElement): HTMLElement {
  const button = h(
    'button',
    {
      type: 'button',
      class: 'copy',
      'aria-label': texts.copyOf(label),
      click: async () => {
        await copyText(value, shown);
        button.textContent = texts.copied;
        button.classList.add('done');
        announce(`${texts.copied}: ${label}`);
        setTimeout(() => {
          button.textContent = texts.copy;
          button.classList.remove('done');
        }, COPIED_SHOWN_MS);
      },
    },
    texts.copy,
  );
  return button;
}

/** How long a button says that it has copied. */
const COPIED_SHOWN_MS = 1600;

async function copyText(value: string, shown: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(value);
  } catch {
    // Without the permission, or on a page over plain http: the text is selected, ready for the reader's own copying.
    getSelection()?.selectAllChildren(shown);
  }
}

/** Says something to those who do not see the page. */
export function announce(text: string): void {
  const region = document.getElementById('announcer');
  if (region !== null) region.textContent = text;
}

/** Any value of a receipt, drawn as nested lists. */
export function drawValue(texts: Texts, value: CborValue, depth = 0): Child {
  if (value === null || typeof value === 'boolean') return h('code', {}, String(value));
  if (typeof value === 'number' || typeof value === 'bigint') return h('code', {}, String(value));
  if (typeof value === 'string') return value === '' ? texts.empty : foreign(value);
  if (value instanceof Uint8Array) {
    return h('code', { class: 'hash' }, value.length === 0 ? texts.empty : cutHex(value));
  }
  if (depth >= DEPTH_MAX) return texts.tooDeep;
  const fields = fieldsOf(value);
  if (fields.length === 0) return texts.empty;
  const more = fields.length - FIELDS_MAX;
  return h(
    'dl',
    { class: 'nested' },
    fields
      .slice(0, FIELDS_MAX)
      .map(([name, each]) =>
        h(
          'div',
          { class: 'row' },
          h('dt', {}, foreign(name)),
          h('dd', {}, drawValue(texts, each, depth + 1)),
        ),
      ),
    more > 0
      ? h('div', { class: 'row' }, h('dt', {}, '…'), h('dd', {}, texts.more(more)))
      : undefined,
  );
}

/** Longest byte string that is shown whole. */
const BYTES_SHOWN_MAX = 256;

function cutHex(bytes: Uint8Array): string {
  return bytes.length > BYTES_SHOWN_MAX
    ? `${toHex(bytes.subarray(0, BYTES_SHOWN_MAX))}…`
    : toHex(bytes);
}

function fieldsOf(value: CborValue): readonly (readonly [name: string, value: CborValue])[] {
  if (Array.isArray(value)) {
    return (value as readonly CborValue[]).map((each, index) => [String(index + 1), each] as const);
  }
  if (value instanceof Map) {
    return [...value].map(([name, each]) => [String(name), each as CborValue] as const);
  }
  return Object.entries(value as { readonly [name: string]: CborValue });
}

import type { Texts } from '../texts/texts.ts';
import { h } from './dom.ts';
import type { Child } from './dom.ts';
import { visible } from './visible.ts';

export type SlotName = 'receipt' | 'content' | 'trust';

/** What lies in a slot: its names, for people. */
export interface SlotContent {
  readonly text: string;
  readonly state: 'empty' | 'full' | 'bad';
}

export interface SlotActions {
  readonly onFiles: (slot: SlotName, files: readonly File[]) => void;
  readonly onText: (slot: SlotName, text: string) => void;
  readonly onRemove: (slot: SlotName) => void;
}

const NUMBERS: Readonly<Record<SlotName, string>> = { receipt: '1', content: '2', trust: '3' };

/** A place for files: choose, drop or paste. */
export function drawSlot(
  texts: Texts,
  name: SlotName,
  content: SlotContent,
  actions: SlotActions,
): HTMLElement {
  const slot = texts.slots[name];
  return h(
    'section',
    { class: `slot ${content.state}`, 'data-slot': name, 'aria-labelledby': `${name}-slot` },
    h(
      'h2',
      { id: `${name}-slot` },
      h('span', { class: 'ordinal', 'aria-hidden': 'true' }, NUMBERS[name]),
      slot.title,
    ),
    h('p', { class: 'hint', id: `${name}-hint` }, slot.hint),
    h(
      'p',
      { class: 'held' },
      h('span', { class: 'held-name' }, h('bdi', {}, visible(content.text))),
      content.state === 'empty' ? undefined : removeButton(texts, name, actions),
    ),
    chooser(texts, name, actions),
    pasting(texts, name, actions),
  );
}

function removeButton(texts: Texts, name: SlotName, { onRemove }: SlotActions): HTMLElement {
  return h(
    'button',
    {
      type: 'button',
      class: 'remove',
      'data-key': `remove-${name}`,
      'aria-label': texts.remove(texts.slots[name].title),
      click: () => onRemove(name),
    },
    '×',
  );
}

function chooser(texts: Texts, name: SlotName, { onFiles }: SlotActions): HTMLElement {
  const input = h('input', {
    type: 'file',
    id: `${name}-file`,
    class: 'unseen',
    'data-key': `file-${name}`,
    'aria-describedby': `${name}-hint`,
    multiple: name !== 'trust',
    change: () => {
      const files = [...(input.files ?? [])];
      // The same file may be chosen again after it has changed.
      input.value = '';
      if (files.length > 0) onFiles(name, files);
    },
  });
  return h(
    'p',
    { class: 'choose' },
    input,
    h('label', { for: `${name}-file`, class: 'button' }, texts.slots[name].choose),
  );
}

function pasting(texts: Texts, name: SlotName, { onText }: SlotActions): HTMLElement {
  const slot = texts.slots[name];
  const area = h('textarea', {
    id: `${name}-text`,
    rows: 4,
    spellcheck: 'false',
    autocomplete: 'off',
    autocapitalize: 'off',
  });
  const children: Child[] = [
    h('summary', { 'data-key': `paste-${name}` }, slot.paste),
    h('label', { for: `${name}-text` }, slot.pasteLabel),
    area,
    h(
      'button',
      {
        type: 'button',
        class: 'button',
        'data-key': `use-${name}`,
        click: () => {
          if (area.value !== '') onText(name, area.value);
        },
      },
      texts.use,
    ),
  ];
  return h('details', { class: 'paste' }, children);
}

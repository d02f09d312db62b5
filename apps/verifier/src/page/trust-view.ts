import type { TrustVerdict } from '@hefu/protocol';
import { compareFingerprint } from '../engine/trust-check.ts';
import type { FingerprintMatch, TrustFile } from '../engine/trust-check.ts';
import type { Texts } from '../texts/texts.ts';
import { h, replace } from './dom.ts';
import type { Child } from './dom.ts';
import { countText } from './format.ts';
import { stateIcon } from './icons.ts';
import { foreign, hashRow, hashValue, row, valueList } from './values.ts';
import type { TrustSource } from './verdict-view.ts';

/** The trust file as it stands: none, one that does not hold, or one that does. */
export type TrustState =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'bad';
      readonly source: TrustSource;
      readonly verdict: Extract<TrustVerdict, { readonly ok: false }>;
    }
  | { readonly kind: 'good'; readonly source: TrustSource; readonly file: TrustFile };

/** Whom the verdict relies on, and a place to compare that with what one knows from elsewhere. */
export function drawTrust(texts: Texts, state: TrustState): HTMLElement {
  return h(
    'section',
    { class: 'trust', 'aria-labelledby': 'trust-title', 'data-trust': state.kind },
    h('h2', { id: 'trust-title' }, texts.trust.title),
    content(texts, state),
  );
}

function content(texts: Texts, state: TrustState): Child {
  if (state.kind === 'none') return h('p', {}, texts.trust.missing);
  if (state.kind === 'bad') {
    const { verdict } = state;
    return finding('bad', faultOf(texts, verdict));
  }
  const { file, source } = state;
  const { predecessor, spans } = file.trust;
  const changes = spans.length - 1;
  return [
    h('p', {}, source.from === 'page' ? texts.trust.fromPage : texts.trust.fromFile),
    valueList(
      row(texts, 'chain', foreign(file.trust.chain)),
      row(texts, 'suite', texts.suites[file.trust.suite]),
      hashRow(texts, 'genesis', file.genesis),
      source.from === 'file' ? labelled(texts, texts.trust.fileDigest, file.fileSha256) : undefined,
    ),
    finding('good', texts.trust.follows),
    changes > 0 ? finding('good', texts.trust.changes(changes)) : undefined,
    predecessor === undefined
      ? undefined
      : h('p', {}, texts.trust.predecessor(predecessor.chain, predecessor.size)),
    h('h3', {}, texts.trust.validators),
    h(
      'ul',
      { class: 'validators' },
      file.validators.map((card) => drawCard(texts, card)),
    ),
    comparison(texts, file),
  ];
}

function finding(state: 'good' | 'bad', text: string): HTMLElement {
  return h('p', { class: `finding ${state}` }, stateIcon(state), h('span', {}, text));
}

function faultOf({ trust }: Texts, verdict: Extract<TrustVerdict, { readonly ok: false }>): string {
  switch (verdict.code) {
    case 'trust-malformed':
      return trust.malformed(verdict.pointer || '/');
    case 'trust-genesis-mismatch':
      return trust.mismatch;
    case 'trust-handover-broken':
      return trust.broken(verdict.handover + 1, verdict.cause);
    default:
      return verdict satisfies never;
  }
}

function labelled(texts: Texts, label: string, value: string): HTMLElement {
  return h(
    'div',
    { class: 'row' },
    h('dt', {}, label),
    h('dd', {}, hashValue(texts, label, value)),
  );
}

function drawCard(texts: Texts, card: TrustFile['validators'][number]): HTMLElement {
  const { organisation, power, algorithm, fingerprint, publicKey, vkeys } = card;
  const { trust } = texts;
  return h(
    'li',
    {},
    h(
      'p',
      {},
      h('strong', {}, foreign(organisation)),
      ` · ${trust.power} ${countText(texts, power)} · ${algorithm}`,
    ),
    h('dl', { class: 'values' }, labelled(texts, trust.fingerprint, fingerprint)),
    h(
      'details',
      {},
      h('summary', { 'aria-label': `${texts.details}: ${organisation}` }, texts.details),
      h(
        'dl',
        { class: 'values' },
        labelled(texts, trust.publicKey, publicKey),
        vkeys.map((vkey) => labelled(texts, trust.vkeys, vkey)),
      ),
    ),
  );
}

const MATCH_STATES: Readonly<Record<FingerprintMatch, 'good' | 'bad' | 'open'>> = {
  file: 'good',
  genesis: 'good',
  key: 'good',
  nothing: 'bad',
  malformed: 'open',
};

function comparison(texts: Texts, file: TrustFile): HTMLElement {
  const { trust } = texts;
  const answer = h('p', { class: 'finding', role: 'status', id: 'compare-answer' });
  const input = h('input', {
    id: 'compare',
    type: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-describedby': 'compare-hint',
    input: () => {
      const told = input.value.trim();
      if (told === '') {
        replace(answer);
        answer.className = 'finding';
        return;
      }
      const match = compareFingerprint(file, told);
      const state = MATCH_STATES[match];
      answer.className = `finding ${state}`;
      answer.dataset['match'] = match;
      replace(answer, stateIcon(state), h('span', {}, trust.matches[match]));
    },
  });
  return h(
    'div',
    { class: 'compare' },
    h('h3', {}, trust.compareTitle),
    h('p', { id: 'compare-hint' }, trust.compareHint),
    h('label', { for: 'compare' }, trust.compareLabel),
    input,
    answer,
  );
}

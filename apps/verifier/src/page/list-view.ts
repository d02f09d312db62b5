import type { Texts } from '../texts/texts.ts';
import { h } from './dom.ts';
import type { Child } from './dom.ts';
import { countText } from './format.ts';
import { stateIcon } from './icons.ts';
import type { ListRow } from './session.ts';
import type { GivenContent } from './step-values.ts';
import { foreign } from './values.ts';

/** Receipts on one page of the list. */
export const ROWS_PER_PAGE = 50;

/** How the list is looked at. */
export interface ListLook {
  readonly page: number;
  readonly onlyBad: boolean;
}

export interface ListContext {
  readonly texts: Texts;
  readonly rows: readonly ListRow[];
  readonly total: number;
  readonly contents: readonly GivenContent[];
  readonly look: ListLook;
  readonly onLook: (look: ListLook) => void;
  readonly onOpen: (row: ListRow) => void;
}

/** Counts of the verdicts of a list. */
export function countsOf(rows: readonly ListRow[]): { good: number; bad: number; open: number } {
  const counts = { good: 0, bad: 0, open: 0 };
  for (const { state } of rows) counts[state]++;
  return counts;
}

/** The sentence that sums a list up. */
export function listSummary(texts: Texts, rows: readonly ListRow[]): string {
  const { good, bad, open } = countsOf(rows);
  const text = (count: number): string => countText(texts, count);
  return texts.list.summary({
    total: text(rows.length),
    good: text(good),
    bad: text(bad),
    open: text(open),
  });
}

/** Many receipts, one a row; each opens to its steps. */
export function drawList(context: ListContext): HTMLElement {
  const { texts, rows, total, look } = context;
  const working = rows.length < total;
  const shown = look.onlyBad ? rows.filter(({ state }) => state === 'bad') : rows;
  const { bad, open } = countsOf(rows);
  const state = bad > 0 ? 'bad' : working || open > 0 ? 'open' : 'good';
  return h(
    'section',
    { class: 'list', 'aria-labelledby': 'list-title', 'data-list': working ? 'working' : state },
    h(
      'div',
      { class: `verdict ${state}` },
      h(
        'div',
        { class: 'headline' },
        stateIcon(state),
        h('h2', { id: 'list-title', tabindex: -1 }, texts.list.title),
      ),
      h(
        'p',
        { id: 'list-summary' },
        working
          ? texts.list.working(`${countText(texts, rows.length)} / ${countText(texts, total)}`)
          : listSummary(texts, rows),
      ),
      working
        ? h('progress', { max: total, value: rows.length, 'aria-label': texts.verdict.working })
        : undefined,
      unmatched(context, working),
    ),
    chooser(context),
    shown.length === 0 ? h('p', {}, texts.list.empty) : drawTable(context, shown),
    pager(context, shown.length),
  );
}

/** Contents that no receipt is for: no fault of a receipt, but nothing is proven about them. */
function unmatched({ texts, rows, contents }: ListContext, working: boolean): Child {
  if (working || contents.length === 0) return undefined;
  const covered = new Set(rows.map(({ content }) => content));
  const left = contents.filter((_content, at) => !covered.has(at));
  if (left.length === 0) return undefined;
  return [
    h(
      'p',
      { class: 'finding open' },
      stateIcon('open'),
      h('span', {}, texts.list.unmatched(countText(texts, left.length))),
    ),
    h(
      'ul',
      { class: 'names' },
      left.slice(0, ROWS_PER_PAGE).map(({ name }) => h('li', {}, foreign(name))),
    ),
  ];
}

function chooser({ texts, look, onLook }: ListContext): HTMLElement {
  const option = (onlyBad: boolean, word: string): HTMLElement =>
    h(
      'button',
      {
        type: 'button',
        class: 'choice',
        'aria-pressed': String(look.onlyBad === onlyBad),
        'data-key': `show-${onlyBad ? 'bad' : 'all'}`,
        click: () => onLook({ page: 0, onlyBad }),
      },
      word,
    );
  return h(
    'div',
    { class: 'choices', role: 'group', 'aria-label': texts.list.show },
    h('span', { 'aria-hidden': 'true' }, `${texts.list.show}:`),
    option(false, texts.list.all),
    option(true, texts.list.onlyBad),
  );
}

function drawTable(context: ListContext, shown: readonly ListRow[]): HTMLElement {
  const { texts, look, rows } = context;
  const from = look.page * ROWS_PER_PAGE;
  const numbers = new Map(rows.map((row, at) => [row, at + 1] as const));
  const { list } = texts;
  return h(
    'table',
    { class: 'receipts' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        [list.number, list.receipt, list.content, list.verdict].map((each) =>
          h('th', { scope: 'col' }, each),
        ),
      ),
    ),
    h(
      'tbody',
      {},
      shown
        .slice(from, from + ROWS_PER_PAGE)
        .map((row) => drawRow(context, row, numbers.get(row) ?? 0)),
    ),
  );
}

function drawRow(
  { texts, contents, onOpen }: ListContext,
  row: ListRow,
  number: number,
): HTMLElement {
  const { state, code, label, source, content } = row;
  const name = label ?? source.name;
  const given = content === undefined ? undefined : contents[content];
  return h(
    'tr',
    { class: state, 'data-row': state, 'data-code': code },
    h('td', { class: 'number' }, number),
    h(
      'th',
      { scope: 'row' },
      h(
        'button',
        {
          type: 'button',
          class: 'link',
          'data-key': `row-${number}`,
          'aria-label': texts.list.open(name.slice(0, 100)),
          click: () => onOpen(row),
        },
        foreign(name),
      ),
    ),
    h('td', {}, given === undefined ? '–' : foreign(given.name)),
    h(
      'td',
      { class: 'state' },
      h('span', { class: 'finding' }, stateIcon(state), h('span', {}, texts.state[state])),
      code === undefined ? undefined : h('div', { class: 'faint' }, texts.codes[code] ?? code),
    ),
  );
}

function pager({ texts, look, onLook }: ListContext, count: number): HTMLElement | undefined {
  const pages = Math.ceil(count / ROWS_PER_PAGE);
  if (pages <= 1) return undefined;
  const turn = (word: string, page: number, key: string): HTMLElement =>
    h(
      'button',
      {
        type: 'button',
        'data-key': key,
        disabled: page < 0 || page >= pages,
        click: () => onLook({ ...look, page }),
      },
      word,
    );
  return h(
    'nav',
    { class: 'pager', 'aria-label': texts.list.title },
    turn(texts.list.previous, look.page - 1, 'previous'),
    h('span', {}, texts.list.page(countText(texts, look.page + 1), countText(texts, pages))),
    turn(texts.list.next, look.page + 1, 'next'),
  );
}

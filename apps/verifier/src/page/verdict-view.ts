import type { Details } from '../engine/details.ts';
import type { Examination } from '../engine/examine.ts';
import type { Texts } from '../texts/texts.ts';
import { h } from './dom.ts';
import { countText, timeText } from './format.ts';
import { stateIcon } from './icons.ts';
import type { GivenContent } from './step-values.ts';
import { foreign, row, valueList } from './values.ts';
import { visible } from './visible.ts';

/** From where the trust file came. */
export type TrustSource =
  | { readonly from: 'page' }
  | { readonly from: 'file'; readonly name: string };

export interface VerdictContext {
  readonly texts: Texts;
  readonly details: Details | undefined;
  readonly content: GivenContent | undefined;
  readonly trust: TrustSource | undefined;
}

/** The verdict in one line. */
export function verdictTitle({ verdict }: Texts, { state, code }: Examination): string {
  if (state === 'good') return code === 'statement-refused' ? verdict.refused : verdict.good;
  return verdict[state];
}

/** The verdict, who said what and when, and by whose word. */
export function drawVerdict(examination: Examination, context: VerdictContext): HTMLElement {
  const { texts } = context;
  const { state } = examination;
  return h(
    'section',
    {
      class: `verdict ${state}`,
      'aria-labelledby': 'verdict-title',
      'data-verdict': state,
      'data-code': examination.code,
    },
    h(
      'div',
      { class: 'headline' },
      stateIcon(state),
      h('h2', { id: 'verdict-title', tabindex: -1 }, verdictTitle(texts, examination)),
    ),
    explanation(examination, context).map((text) => h('p', {}, text)),
    state === 'bad' ? undefined : claims(examination, context),
  );
}

function explanation(
  { state, code, facts, outcome }: Examination,
  { texts, details, content, trust }: VerdictContext,
): string[] {
  const { verdict } = texts;
  if (state === 'bad') {
    return [texts.codes[code ?? ''] ?? code ?? '', verdict.badMore];
  }
  if (state === 'open') return [verdict.openMore];
  const said: string[] = [];
  if (facts !== undefined) {
    const { member, chain } = facts;
    const time = timeText(texts, facts.time);
    said.push(
      code === 'statement-refused'
        ? verdict.saidRefused({ member, chain, time, outcome: outcome ?? '' })
        : verdict.said({
            member,
            organisation: facts.organisation,
            name: subject(texts, details),
            chain,
            time,
          }),
    );
  }
  if (content !== undefined) said.push(verdict.contentGood(visible(content.name)));
  else if (details?.description.digests !== undefined) said.push(verdict.contentAbsent);
  if (trust !== undefined) {
    said.push(
      trust.from === 'page' ? verdict.trustFromPage : verdict.trustFrom(visible(trust.name)),
    );
  }
  return said;
}

function subject({ language }: Texts, details: Details | undefined): string {
  const name = details?.description.name;
  if (name !== undefined) return language === 'zh' ? `“${visible(name)}”` : `“${visible(name)}”`;
  const { statement } = details ?? {};
  return statement === undefined ? '–' : `${statement.contract}/${statement.method}`;
}

/** Who, what, when, where: proven when the receipt holds, and mere claims before. */
function claims(
  { facts, outcome }: Examination,
  { texts, details }: VerdictContext,
): HTMLElement | undefined {
  const { statement, entry, receipt, organisationName, itemPath } = details ?? {};
  if (statement === undefined || entry === undefined || receipt === undefined) return undefined;
  const organisation = receipt.signer.organisation.id;
  return valueList(
    row(texts, 'who', foreign(statement.member)),
    row(
      texts,
      'organisation',
      foreign(
        organisationName === undefined ? organisation : `${organisationName} (${organisation})`,
      ),
    ),
    row(texts, 'what', foreign(subject(texts, details))),
    itemPath === undefined
      ? undefined
      : row(
          texts,
          'item-place',
          texts.itemOf(countText(texts, itemPath.index + 1), countText(texts, itemPath.size)),
        ),
    row(texts, 'when', timeText(texts, entry.time)),
    row(
      texts,
      'where',
      foreign(receipt.chain),
      `, ${texts.fields.height.toLowerCase()} ${countText(texts, entry.height)}, ${texts.entryOf(countText(texts, receipt.logged.index), countText(texts, details?.checkpoint?.size ?? 0))}`,
    ),
    row(texts, 'outcome', h('code', {}, visible(outcome ?? entry.code))),
    facts === undefined
      ? undefined
      : row(
          texts,
          'cosigned',
          foreign(facts.cosigners.join(', ')),
          `, ${timeText(texts, facts.checkpointTimeSeconds * 1000)}`,
        ),
  );
}

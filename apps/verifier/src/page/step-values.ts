import { toHex } from '@hefu/bytes';
import type { ContentDigests, LineFinding } from '@hefu/protocol';
import type { Details } from '../engine/details.ts';
import type { BlobDigests } from '../engine/digest-blob.ts';
import type { Step } from '../engine/examine.ts';
import type { Texts } from '../texts/texts.ts';
import { h } from './dom.ts';
import { countText, isoText, sizeText, timeText } from './format.ts';
import { drawPath } from './path-picture.ts';
import { drawValue, foreign, hashRow, row, valueList } from './values.ts';
import { visible } from './visible.ts';

/** The content that a receipt was held against. */
export interface GivenContent {
  readonly name: string;
  readonly digests: BlobDigests;
}

export interface StepContext {
  readonly texts: Texts;
  readonly details: Details | undefined;
  readonly content: GivenContent | undefined;
}

/** What a step shows without being asked: the picture of a path. */
export function stepPicture(step: Step, { texts, details }: StepContext): HTMLElement | undefined {
  if (details === undefined) return undefined;
  const path =
    step.id === 'inclusion' ? details.entryPath : step.id === 'item' ? details.itemPath : undefined;
  return path === undefined ? undefined : drawPath(texts, path);
}

/** The values behind a step: hashes to compare, and what was read. */
export function stepValues(step: Step, context: StepContext): readonly (HTMLElement | undefined)[] {
  const { texts, details } = context;
  if (details === undefined) {
    const pointer = step.data['pointer'];
    return [
      valueList(
        pointer === undefined ? undefined : row(texts, 'pointer', code(String(pointer) || '/')),
      ),
    ];
  }
  switch (step.id) {
    case 'format':
      return [valueList(row(texts, 'code', code('hefu-receipt/1')))];
    case 'chain':
      return [chainValues(context, details)];
    case 'statement':
      return statementValues(step, context, details);
    case 'content':
      return [contentValues(context, details)];
    case 'item':
      return [itemValues(context, details)];
    case 'signer':
      return [signerValues(step, context, details)];
    case 'signature':
      return [signatureValues(context, details)];
    case 'entry':
      return [entryValues(context, details)];
    case 'inclusion':
      return [inclusionValues(context, details)];
    case 'block':
      return blockValues(context, details);
    case 'checkpoint':
      return [checkpointValues(context, details)];
    case 'quorum':
      return quorumValues(step, context, details);
  }
}

type Values = HTMLElement | undefined;

function code(text: string): HTMLElement {
  return h('code', {}, visible(text));
}

function chainValues({ texts }: StepContext, { receipt }: Details): Values {
  return valueList(
    row(texts, 'chain', foreign(receipt.chain)),
    row(texts, 'suite', texts.suites[receipt.suite]),
    hashRow(texts, 'genesis', toHex(receipt.genesis)),
  );
}

function statementValues(step: Step, { texts }: StepContext, details: Details): Values[] {
  const { statement } = details;
  if (statement === undefined) {
    return [valueList(row(texts, 'reason', code(String(step.data['statementCode'] ?? ''))))];
  }
  const { id, member, contract, method, args, nonce, expires } = statement;
  return [
    valueList(
      hashRow(texts, 'statement-id', toHex(id)),
      row(texts, 'member', foreign(member)),
      row(texts, 'method', code(`${contract}/${method}`)),
      row(texts, 'args', drawValue(texts, args)),
      row(texts, 'expires', isoText(expires)),
      hashRow(texts, 'nonce', toHex(nonce)),
      details.output === undefined
        ? undefined
        : row(texts, 'output', drawValue(texts, details.output)),
      details.events === undefined
        ? undefined
        : row(texts, 'events', drawValue(texts, details.events)),
    ),
  ];
}

function contentValues({ texts, content }: StepContext, { description }: Details): Values {
  return valueList(
    ...(content === undefined
      ? []
      : [
          row(texts, 'file', foreign(content.name)),
          row(texts, 'size', sizeText(texts, content.digests.size)),
        ]),
    ...digestRows(texts, 'sha256', 'named-sha256', description.digests?.sha256, content?.digests),
    ...digestRows(texts, 'sm3', 'named-sm3', description.digests?.sm3, content?.digests),
  );
}

function digestRows(
  texts: Texts,
  name: 'sha256' | 'sm3',
  named: 'named-sha256' | 'named-sm3',
  recorded: Uint8Array | undefined,
  found: ContentDigests | undefined,
): Values[] {
  const computed = found?.[name];
  return [
    recorded === undefined ? undefined : hashRow(texts, named, toHex(recorded)),
    computed === undefined ? undefined : hashRow(texts, name, toHex(computed)),
  ];
}

function itemValues({ texts }: StepContext, { receipt, description, itemPath }: Details): Values {
  const { item } = receipt;
  if (item === undefined) return undefined;
  return valueList(
    row(texts, 'item-fields', drawValue(texts, description.fields)),
    itemPath === undefined
      ? undefined
      : row(
          texts,
          'item-place',
          texts.itemOf(countText(texts, item.index + 1), countText(texts, itemPath.size)),
        ),
    itemPath === undefined ? undefined : hashRow(texts, 'batch-root', toHex(itemPath.root)),
    itemPath === undefined ? undefined : hashRow(texts, 'reached', toHex(itemPath.top)),
  );
}

function signerValues(step: Step, { texts }: StepContext, details: Details): Values {
  const { receipt, organisationName, keyActive } = details;
  const { kind, roles, standing, height } = step.data;
  const { id } = receipt.signer.organisation;
  return valueList(
    row(texts, 'member', foreign(receipt.signer.member.id)),
    row(
      texts,
      'organisation',
      foreign(organisationName === undefined ? id : `${organisationName} (${id})`),
    ),
    typeof kind === 'string' ? row(texts, 'kind', texts.kinds[kind] ?? kind) : undefined,
    Array.isArray(roles) ? row(texts, 'roles', foreign(roles.join(', ') || '–')) : undefined,
    typeof standing === 'string'
      ? row(texts, 'standing', texts.codes[standing] ?? standing)
      : undefined,
    height === undefined ? undefined : row(texts, 'height', countText(texts, Number(height))),
    hashRow(texts, 'key-id', receipt.signer.key.id),
    keyActive === undefined
      ? undefined
      : row(
          texts,
          'key-heights',
          keyActive
            .slice(0, INTERVALS_SHOWN_MAX)
            .map(([from, to]) =>
              texts.heights(countText(texts, from), to === null ? undefined : countText(texts, to)),
            )
            .join('; '),
        ),
  );
}

/** Spans of a key that are told; more come of no ordinary life. */
const INTERVALS_SHOWN_MAX = 8;

function signatureValues({ texts }: StepContext, { statement, receipt }: Details): Values {
  if (statement === undefined) return undefined;
  return valueList(
    row(texts, 'algorithm', code(statement.algorithm)),
    hashRow(texts, 'signature', toHex(statement.signature)),
    hashRow(texts, 'key-id', receipt.signer.key.id),
  );
}

function entryValues({ texts }: StepContext, { entry, entryPath }: Details): Values {
  if (entry === undefined) return undefined;
  return valueList(
    row(texts, 'height', countText(texts, entry.height)),
    row(texts, 'time', timeText(texts, entry.time)),
    row(texts, 'code', code(entry.code)),
    hashRow(texts, 'statement-id', toHex(entry.statementId)),
    hashRow(texts, 'key-id', toHex(entry.signerKeyId)),
    entryPath === undefined ? undefined : hashRow(texts, 'leaf', toHex(entryPath.leaf)),
  );
}

function inclusionValues({ texts }: StepContext, { entryPath }: Details): Values {
  if (entryPath === undefined) return undefined;
  return valueList(
    row(
      texts,
      'place',
      texts.entryOf(countText(texts, entryPath.index), countText(texts, entryPath.size)),
    ),
    hashRow(texts, 'leaf', toHex(entryPath.leaf)),
    hashRow(texts, 'reached', toHex(entryPath.top)),
    hashRow(texts, 'root', toHex(entryPath.root)),
  );
}

function blockValues({ texts }: StepContext, { block, blockPath }: Details): Values[] {
  if (block === undefined) return [];
  return [
    valueList(
      row(texts, 'height', countText(texts, block.height)),
      row(texts, 'time', timeText(texts, block.time)),
      hashRow(texts, 'state-root', toHex(block.stateRoot)),
      blockPath === undefined
        ? undefined
        : row(
            texts,
            'place',
            texts.entryOf(countText(texts, blockPath.index), countText(texts, blockPath.size)),
          ),
    ),
    blockPath === undefined ? undefined : drawPath(texts, blockPath),
  ];
}

function checkpointValues({ texts }: StepContext, { checkpoint, receipt }: Details): Values {
  const note = row(texts, 'note', h('pre', {}, visibleLines(receipt.checkpoint)));
  if (checkpoint === undefined) return valueList(note);
  return valueList(
    row(texts, 'origin', foreign(checkpoint.origin)),
    row(texts, 'size', countText(texts, checkpoint.size)),
    hashRow(texts, 'root', toHex(checkpoint.root)),
    note,
  );
}

/** Lines of a checkpoint that are shown; it may hold 300, of which each validator has at most three. */
const NOTE_LINES_SHOWN_MAX = 60;

function visibleLines(note: string): string {
  const lines = note.trimEnd().split('\n');
  const shown = lines.slice(0, NOTE_LINES_SHOWN_MAX).map(visible);
  return [...shown, ...(lines.length > NOTE_LINES_SHOWN_MAX ? ['…'] : [])].join('\n');
}

function quorumValues(step: Step, { texts }: StepContext, { lines }: Details): Values[] {
  const { power, total } = step.data;
  if (lines === undefined) return [];
  const findings = lines.lines ?? [];
  return [
    typeof power === 'number' && typeof total === 'number'
      ? h('p', {}, texts.lines.quorum(countText(texts, power), countText(texts, total)))
      : undefined,
    findings.length === 0 ? undefined : lineTable(texts, findings),
  ];
}

function lineTable({ lines }: Texts, findings: readonly LineFinding[]): HTMLElement {
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': lines.title },
    h(
      'table',
      {},
      h('caption', {}, lines.title),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          [lines.name, lines.says, lines.found].map((each) => h('th', { scope: 'col' }, each)),
        ),
      ),
      h(
        'tbody',
        {},
        findings
          .slice(0, LINES_SHOWN_MAX)
          .map(({ name, kind, ok, timeSeconds }) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, foreign(name)),
              h('td', {}, lines.kinds[kind ?? 'unknown']),
              h(
                'td',
                { class: ok ? 'good' : 'bad' },
                `${ok ? '✓' : '✗'} ${ok ? lines.right : kind === undefined ? lines.unknown : lines.wrong}`,
                timeSeconds === undefined
                  ? undefined
                  : h('div', { class: 'faint' }, isoText(timeSeconds * 1000)),
              ),
            ),
          ),
      ),
    ),
  );
}

const LINES_SHOWN_MAX = 300;

import { toHex } from '@hefu/bytes';
import type { PathPicture } from '../engine/inclusion-picture.ts';
import type { Texts } from '../texts/texts.ts';
import { h, s } from './dom.ts';
import { shortHex } from './format.ts';

/** Measures of the picture, in its own units; it is never drawn wider than they say. */
const WIDTH = 288;
const CENTRE = WIDTH / 2;
const SIDE = 96;
const STEP = 58;
const TOP = 46;
const BOX = { width: 92, height: 24 } as const;
/** Higher trees are drawn as a table alone: a picture of 40 levels helps nobody. */
const LEVELS_DRAWN_MAX = 24;

/** Draws the way from a leaf to the root, as a picture and as a table. */
export function drawPath(texts: Texts, path: PathPicture): HTMLElement {
  const { picture } = texts;
  return h(
    'figure',
    { class: `path ${path.reached ? 'good' : 'bad'}` },
    h('figcaption', {}, picture.title),
    path.levels.length <= LEVELS_DRAWN_MAX ? drawTree(texts, path) : undefined,
    path.fits ? undefined : h('p', { class: 'reason' }, picture.wrongLength),
    h('details', {}, h('summary', {}, picture.asTable), drawTable(texts, path)),
  );
}

function drawTree(texts: Texts, path: PathPicture): SVGElement {
  const { picture } = texts;
  const { levels } = path;
  const height = TOP + levels.length * STEP + 44;
  const yOf = (level: number): number => height - 40 - level * STEP;
  const parts: SVGElement[] = [];
  for (const [at, { side, sibling }] of levels.entries()) {
    const x = side === 'left' ? CENTRE - SIDE : CENTRE + SIDE;
    parts.push(
      s('path', {
        class: 'edge side',
        d: `M${x} ${yOf(at) - BOX.height / 2} V${yOf(at) - 32} Q${x} ${yOf(at) - 40} ${x + (side === 'left' ? 8 : -8)} ${yOf(at) - 40} H${CENTRE}`,
      }),
      s('path', { class: 'edge own', d: `M${CENTRE} ${yOf(at)} V${yOf(at + 1)}` }),
      ...drawBox(x, yOf(at), toHex(sibling), 'sibling'),
    );
  }
  parts.push(...drawBox(CENTRE, yOf(0), toHex(path.leaf), 'own', picture.leaf, 34));
  for (const [at, { parent }] of levels.entries()) {
    const isTop = at === levels.length - 1;
    parts.push(...drawBox(CENTRE, yOf(at + 1), toHex(parent), isTop ? 'top' : 'own'));
  }
  const word = path.reached ? picture.sameRoot : picture.otherRoot;
  const topY = yOf(levels.length);
  parts.push(
    s(
      'text',
      { class: 'label', x: CENTRE, y: topY - 22 },
      `${path.reached ? '✓' : '✗'} ${picture.root}: ${word}`,
    ),
  );
  return s(
    'svg',
    {
      class: 'tree',
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      role: 'img',
      'aria-label': picture.alt(levels.length, path.reached),
    },
    parts,
  );
}

function drawBox(
  x: number,
  y: number,
  hex: string,
  kind: 'own' | 'sibling' | 'top',
  label?: string,
  labelOffset = 0,
): SVGElement[] {
  const { width, height } = BOX;
  const box = s('rect', {
    class: `box ${kind}`,
    x: x - width / 2,
    y: y - height / 2,
    width,
    height,
    rx: kind === 'sibling' ? 3 : 12,
  });
  const text = s('text', { class: `hex ${kind}`, x, y: y + 4 }, shortHex(hex));
  if (label === undefined) return [box, text];
  return [box, text, s('text', { class: 'label', x, y: y + labelOffset }, label)];
}

function drawTable({ picture }: Texts, path: PathPicture): HTMLElement {
  const line = (name: string, side: string, sibling: string, own: string): HTMLElement =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, name),
      h('td', {}, side, ' ', h('code', { class: 'hash' }, sibling)),
      h('td', {}, h('code', { class: 'hash' }, own)),
    );
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': picture.asTable },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, picture.step),
          h('th', { scope: 'col' }, picture.sibling),
          h('th', { scope: 'col' }, picture.parent),
        ),
      ),
      h(
        'tbody',
        {},
        line(`0 · ${picture.leaf}`, '', '', toHex(path.leaf)),
        path.levels.map(({ side, sibling, parent }, at) =>
          line(
            at === path.levels.length - 1 ? `${at + 1} · ${picture.root}` : String(at + 1),
            picture[side],
            toHex(sibling),
            toHex(parent),
          ),
        ),
      ),
    ),
  );
}

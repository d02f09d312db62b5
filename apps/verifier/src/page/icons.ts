import type { State } from '../engine/examine.ts';
import { s } from './dom.ts';

const SHAPES: Readonly<Record<State, readonly string[]>> = {
  good: ['M6.5 12.5l3.6 3.6 7.4-8.2'],
  bad: ['M8 8l8 8', 'M16 8l-8 8'],
  open: ['M7.5 12h9'],
};

/** The mark of a state. Its shape tells as much as its colour, and the word stands beside it. */
export function stateIcon(state: State): SVGElement {
  return s(
    'svg',
    { class: `icon ${state}`, viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
    state === 'bad'
      ? s('path', { class: 'disc', d: 'M8 1.5h8L22.5 8v8L16 22.5H8L1.5 16V8z' })
      : s('circle', { class: 'disc', cx: 12, cy: 12, r: 10.5 }),
    SHAPES[state].map((d) => s('path', { class: 'mark', d })),
  );
}

/** The tally: two halves whose edges match. */
export function tally(): SVGElement {
  return s(
    'svg',
    { class: 'tally', viewBox: '0 0 48 48', 'aria-hidden': 'true', focusable: 'false' },
    s('path', {
      class: 'half left',
      d: 'M23 4H12a7 7 0 0 0-7 7v26a7 7 0 0 0 7 7h11l-4-7 6-7-6-7 6-7-6-7z',
    }),
    s('path', {
      class: 'half right',
      d: 'M27 4h9a7 7 0 0 1 7 7v26a7 7 0 0 1-7 7h-9l-4-7 6-7-6-7 6-7-6-7z',
    }),
  );
}

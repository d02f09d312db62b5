import type { Output } from './output.ts';

/** Least time between two drawings: a terminal shows no more anyway. */
const REDRAW_MS = 80;
const BAR_CELLS = 24;

/** Work whose end is known. */
export interface Progress {
  /** `done` of the total, with a word about what is under way. */
  update(done: number, detail?: string): void;
  end(): void;
}

/** Draws a bar on a terminal; elsewhere it says nothing. */
export function startProgress(
  output: Output,
  options: { readonly label: string; readonly total: number; readonly now: () => number },
): Progress {
  if (!output.progressShown) return { update: () => undefined, end: () => undefined };
  const { label, total, now } = options;
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    update(done, detail = '') {
      const time = now();
      if (time - drawn < REDRAW_MS && done < total) return;
      drawn = time;
      const share = total === 0 ? 1 : Math.min(done / total, 1);
      const full = Math.round(share * BAR_CELLS);
      const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)}`;
      output.redraw(`${label} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${detail}`);
    },
    end() {
      output.redraw('');
    },
  };
}

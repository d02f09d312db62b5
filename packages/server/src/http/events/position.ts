/**
 * A place in the events of a chain: after event `event` of block `height`. The last event of a block that has entries is
 * that of the block itself.
 */
export interface EventPosition {
  readonly height: number;
  readonly event: number;
}

/** After every event of a block. */
export const BLOCK_END = Number.MAX_SAFE_INTEGER;

const START = 'start';
const POSITION = /^(0|[1-9]\d{0,14})(?:-(0|[1-9]\d{0,6}))?$/;

/** `12-3` after the event 3 of block 12, `12` after all of block 12, `start` before everything. */
export function formatPosition({ height, event }: EventPosition): string {
  if (event < 0) return height === 0 ? START : String(height - 1);
  return event === BLOCK_END ? String(height) : `${height}-${event}`;
}

/** Undefined when the text is no position. */
export function parsePosition(text: string): EventPosition | undefined {
  if (text === START) return BEFORE_ALL;
  const match = POSITION.exec(text);
  if (match === null) return undefined;
  const [, height = '', event] = match;
  return { height: Number(height), event: event === undefined ? BLOCK_END : Number(event) };
}

/** The place before everything. */
export const BEFORE_ALL: EventPosition = { height: 0, event: -1 };

// Goal: a stream of server-sent events is read the same however it is cut on its way, and as the HTML Standard says (§9.2.6).
// Method: the standard's own examples; properties over random messages cut at random places, with all three line ends.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SSE_MESSAGE_CHARS_MAX, SseParser } from './sse-parser.ts';
import type { SseMessage } from './sse-parser.ts';

function parse(...pieces: readonly string[]): SseMessage[] {
  const parser = new SseParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

describe('examples of the standard', () => {
  it.each([
    ['data: YHOO\ndata: +2\ndata: 10\n\n', ['YHOO\n+2\n10']],
    [
      ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n',
      ['first event', 'second event', ' third event'],
    ],
    ['data\n\ndata\ndata\n\ndata:', ['', '\n']],
    ['data:test\n\ndata: test\n\n', ['test', 'test']],
    ['\uFEFFdata: after a mark\n\n', ['after a mark']],
  ])('%j', (text, data) => {
    expect(parse(text).map((message) => message.data)).toEqual(data);
  });

  it('ids last until another comes, and stand without data too', () => {
    const parser = new SseParser('7');
    const [first] = parser.push('data: a\n\n');
    expect(first?.lastEventId).toBe('7');
    parser.push('id: 8\n');
    expect(parser.lastEventId).toBe('7');
    parser.push('\n');
    expect(parser.lastEventId).toBe('8');
    expect(parser.push('retry: 12\nid: x\0y\ndata: b\nevent: c\n\n')).toEqual([
      { type: 'c', data: 'b', lastEventId: '8' },
    ]);
    expect(parser.retryMs).toBe(12);
    expect(parser.push('data: d\n\n')[0]?.type).toBe('message');
  });

  it('what has no end is refused before it fills the memory', () => {
    const parser = new SseParser();
    const piece = 'x'.repeat(SSE_MESSAGE_CHARS_MAX / 4);
    const pushAll = (start: string): void => {
      for (let each = 0; each < 6; each++) parser.push(start + piece);
    };
    expect(() => pushAll('')).toThrow('has no end');
    expect(() => pushAll('\ndata: ')).toThrow('has no end');
  });
});

it('cuts and line ends make no difference', () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n\uFEFF]/g, ''));
  const message = fc.record({
    id: fc.stringMatching(/^[0-9-]{1,8}$/),
    data: fc.array(line, { minLength: 1, maxLength: 3 }),
  });
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 6 }),
      fc.constantFrom('\n', '\r', '\r\n'),
      fc.array(fc.nat(200), { maxLength: 8 }),
      (messages, end, cuts) => {
        const text = messages
          .map(
            ({ id, data }) =>
              `id: ${id}${end}${data.map((each) => `data: ${each}${end}`).join('')}${end}`,
          )
          .join('');
        const places = [
          0,
          ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b),
          text.length,
        ];
        const pieces = places.slice(1).map((to, at) => text.slice(places[at], to));
        // A carriage return at the very end waits for what follows it.
        const read = parse(...pieces, `:${end}`);
        expect(read).toEqual(
          messages.map(({ id, data }) => ({
            type: 'message',
            data: data.join('\n'),
            lastEventId: id,
          })),
        );
      },
    ),
  );
});

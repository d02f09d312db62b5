import { textFormats } from '@hefu/contract/schema';
import fc from 'fast-check';
import type { Item } from '../item/item.ts';

const LINE_WIDTHS = ['grapheme', 'binary', 'grapheme-ascii'] as const;

/** Text of the format `line` with 1 to `max` code units, of any script. */
function line(max: number): fc.Arbitrary<string> {
  return fc
    .oneof(...LINE_WIDTHS.map((unit) => fc.string({ unit, minLength: 1, maxLength: max })))
    .filter(
      (text) =>
        text.length >= 1 &&
        text.length <= max &&
        text.isWellFormed() &&
        textFormats.line.pattern.test(text),
    );
}

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
const size = fc.oneof(
  fc.nat({ max: 300 }),
  fc.nat({ max: 70_000 }),
  fc.maxSafeNat(),
  fc.constantFrom(0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1),
);
const mediaType = fc.oneof(
  fc.constantFrom('image/jpeg', 'application/vnd.ms-excel', 'text/plain', 'a/b'),
  fc.stringMatching(textFormats['media-type'].pattern).filter((text) => text.length <= 127),
);

const described = {
  size,
  name: line(255),
  title: line(200),
  case: line(64),
  mediaType,
  claimed: fc.nat({ max: 8_640_000_000_000_000 }),
};

/** Any right item. */
export const anyItem: fc.Arbitrary<Item> = fc.oneof(
  fc.record(
    {
      kind: fc.constantFrom('file', 'text'),
      sha256: digest,
      sm3: digest,
      ...described,
    },
    { requiredKeys: ['kind', 'sha256', 'sm3'], noNullPrototype: true },
  ),
  fc
    .record(
      { kind: fc.constant('digest' as const), sha256: digest, sm3: digest, ...described },
      { requiredKeys: ['kind'], noNullPrototype: true },
    )
    .filter((item) => 'sha256' in item || 'sm3' in item),
) as fc.Arbitrary<Item>;

// Goal: the verifier that is written is the built page, byte for byte, and the digest that is told is its own.
// Method: the command in a fresh folder, told as words and as JSON.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readVerifierPage } from '@hefu/verifier';
import { expect, it } from 'vitest';
import { TestPlace } from '../testing/test-node.ts';

it('hefu verifier writes the page, and the folders that lead to it', async () => {
  await using place = new TestPlace();
  const words = await place.must('verifier', '--out', 'out/hefu-verifier.html');
  const written = readFileSync(place.path('out', 'hefu-verifier.html'));
  const sha256 = createHash('sha256').update(written).digest('hex');
  expect(written.toString('utf8')).toBe(readVerifierPage()?.html);
  expect(words.out).toContain(sha256);
  const { out } = await place.must('verifier', '--out', 'again.html', '--json');
  expect(JSON.parse(out)).toEqual({
    format: 'hefu-verifier/1',
    out: place.path('again.html'),
    bytes: written.length,
    sha256,
  });
  expect(readFileSync(place.path('again.html'))).toEqual(written);
});

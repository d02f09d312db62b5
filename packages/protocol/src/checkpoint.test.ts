// Goal: a checkpoint is final only with right cosignatures of more than two thirds; who signed what is
// reported line by line. Method: checkpoints signed here with sample keys, lines removed, broken,
// moved and added.
import { toHex } from '@hefu/bytes';
import type { Suite } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCheckpoint, parseCheckpoint, signCheckpointLines } from './checkpoint.ts';
import { lineKeysOf, verifierKeysOf } from './line-keys.ts';
import { parseVerifierKey } from './note.ts';
import { sampleKey } from './testing/sample-keys.ts';
import { isQuorum, validatorSetOf } from './validators.ts';
import type { Validator, ValidatorSet } from './validators.ts';
import { verifyCheckpoint, verifyCheckpointAsync } from './verify-checkpoint.ts';

const CHAIN = 'food.example/main';
const ROOT = hash('sha256', Uint8Array.of(1));
const SUITES: readonly Suite[] = ['international', 'gm'];

function validator(suite: Suite, organisation: string, power: number): Validator {
  const algorithm = suite === 'gm' ? 'sm2' : 'ed25519';
  const { publicKey } = sampleKey(algorithm, organisation);
  return { organisation, algorithm, publicKey, power };
}

function linesOf(suite: Suite, organisation: string, timeSeconds: number, size = 7): string[] {
  const signer = validator(suite, organisation, 1);
  const { privateKey } = sampleKey(signer.algorithm, organisation);
  const head = { chain: CHAIN, size, root: ROOT };
  return signCheckpointLines({ ...head, suite, validator: signer, privateKey, timeSeconds });
}

function note(lines: readonly string[], size = 7): string {
  return formatCheckpoint({ chain: CHAIN, size, root: ROOT }, lines);
}

describe.each(SUITES)('checkpoints of the %s suite', (suite) => {
  const set: ValidatorSet = validatorSetOf([
    validator(suite, 'dairy', 1),
    validator(suite, 'acme', 2),
    validator(suite, 'court', 1),
    validator(suite, 'bank', 2),
  ]);
  const all = ['acme', 'bank', 'court', 'dairy'];
  const lines = new Map(all.map((id, i) => [id, linesOf(suite, id, 1000 + i)]));
  const linesBy = (...ids: readonly string[]): string[] => ids.flatMap((id) => lines.get(id) ?? []);

  it('are final when all sign, at the time when two thirds had', async () => {
    const options = { note: note(linesBy(...all)), suite, chain: CHAIN, set };
    const verdict = verifyCheckpoint(options);
    expect(verdict).toMatchObject({ ok: true, size: 7, power: 6, total: 6, timeSeconds: 1002 });
    expect(verdict.ok && toHex(verdict.root)).toBe(toHex(ROOT));
    expect(verdict.lines).toHaveLength(suite === 'gm' ? 8 : 12);
    expect(await verifyCheckpointAsync(options)).toEqual(verdict);
    expect(verifyCheckpoint({ ...options, exact: true })).toEqual(verdict);
  });

  it('need more than two thirds of the power', () => {
    const verdict = (...ids: readonly string[]): unknown =>
      verifyCheckpoint({ note: note(linesBy(...ids)), suite, chain: CHAIN, set });
    expect(verdict('acme', 'bank')).toMatchObject({
      ok: false,
      code: 'checkpoint-quorum-short',
      power: 4,
    });
    expect(verdict('acme', 'bank', 'court')).toMatchObject({ ok: true, power: 5 });
    expect(verdict('dairy', 'court', 'acme')).toMatchObject({
      ok: false,
      code: 'checkpoint-quorum-short',
    });
    expect(isQuorum(2, 3)).toBe(false);
    expect(isQuorum(3, 4)).toBe(true);
    expect(isQuorum(1, 1)).toBe(true);
  });

  it('count cosignatures, not the lines under the log\u2019s name', () => {
    const others = linesBy(...all).filter((line) => !isCosignature(line));
    expect(verifyCheckpoint({ note: note(others), suite, chain: CHAIN, set })).toMatchObject({
      ok: false,
      code: 'checkpoint-quorum-short',
      power: 0,
    });
  });

  it('report a wrong line; it does not count, and where every line must be right it is fatal', () => {
    // The lines of another size: of the right form and key, over other words.
    const mixed = note([...linesBy('acme', 'bank', 'court'), ...linesOf(suite, 'dairy', 1, 8)]);
    const options = { note: mixed, suite, chain: CHAIN, set };
    const verdict = verifyCheckpoint(options);
    expect(verdict).toMatchObject({ ok: true, power: 5 });
    expect(
      verdict.signers?.filter(({ ok }) => !ok).map(({ organisation }) => organisation),
    ).toEqual(['dairy']);
    expect(verifyCheckpoint({ ...options, exact: true })).toMatchObject({
      ok: false,
      code: 'checkpoint-line-wrong',
    });
    const short = note([...linesBy('acme', 'bank'), ...linesOf(suite, 'court', 1, 8)]);
    expect(verifyCheckpoint({ ...options, note: short })).toMatchObject({
      ok: false,
      code: 'checkpoint-line-wrong',
    });
  });

  it('may carry lines by others, unless every line must be known', () => {
    const options = {
      note: note([...linesBy(...all), ...linesOf(suite, 'witness', 1)]),
      suite,
      chain: CHAIN,
      set,
    };
    expect(verifyCheckpoint(options)).toMatchObject({ ok: true, power: 6 });
    expect(verifyCheckpoint({ ...options, exact: true })).toMatchObject({
      ok: false,
      code: 'checkpoint-unknown-signers',
    });
    const strangers = note(linesOf(suite, 'witness', 1));
    expect(verifyCheckpoint({ ...options, note: strangers })).toMatchObject({
      ok: false,
      code: 'checkpoint-unknown-signers',
    });
  });

  it('are of one chain, one suite, without repetition or extension', () => {
    const options = { note: note(linesBy(...all)), suite, chain: CHAIN, set };
    expect(verifyCheckpoint({ ...options, chain: 'food.example/test' })).toMatchObject({
      ok: false,
      code: 'checkpoint-origin',
    });
    const other: Suite = suite === 'gm' ? 'international' : 'gm';
    expect(verifyCheckpoint({ ...options, suite: other })).toMatchObject({
      ok: false,
      code: 'checkpoint-unknown-signers',
    });
    expect(
      verifyCheckpoint({ ...options, note: note([...linesBy(...all), ...linesBy('acme')]) }),
    ).toMatchObject({ ok: false, code: 'checkpoint-malformed' });
    expect(
      verifyCheckpoint({ ...options, note: options.note.replace('\n\n', '\nx\n\n') }),
    ).toMatchObject({ ok: false, code: 'checkpoint-malformed' });
  });

  it('don\u2019t take one organisation\u2019s cosignature for another\u2019s, or one kind of line for another', () => {
    const renamed = linesBy('acme').map((line) => line.replace('/acme ', '/bank '));
    expect(verifyCheckpoint({ note: note(renamed), suite, chain: CHAIN, set }).ok).toBe(false);
    const [own = ''] = linesBy('acme');
    const swapped = own.replace(` ${CHAIN} `, ` ${CHAIN}/acme `);
    expect(verifyCheckpoint({ note: note([swapped]), suite, chain: CHAIN, set })).toMatchObject({
      ok: false,
      code: 'checkpoint-unknown-signers',
    });
  });

  it('have verifier keys that tools can read', () => {
    const hashName = suite === 'gm' ? 'sm3' : 'sha256';
    for (const member of set) {
      const keys = lineKeysOf(suite, CHAIN, member);
      for (const [i, text] of verifierKeysOf(suite, CHAIN, member).entries()) {
        const parsed = parseVerifierKey(hashName, text);
        expect(parsed.ok && toHex(parsed.key.keyId), text).toBe(
          toHex(keys[i]?.keyId ?? new Uint8Array(0)),
        );
      }
    }
  });

  it('don\u2019t bear a changed character', () => {
    const text = note(linesBy('acme'));
    const one = validatorSetOf([validator(suite, 'acme', 1)]);
    const options = { suite, chain: CHAIN, set: one, exact: true };
    expect(verifyCheckpoint({ ...options, note: text }).ok).toBe(true);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 127 }), (at, mask) => {
        const code = text.charCodeAt(at) ^ mask;
        const damaged = `${text.slice(0, at)}${String.fromCharCode(code)}${text.slice(at + 1)}`;
        expect(verifyCheckpoint({ ...options, note: damaged }).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

/** Whether a line carries a time beside its signature: 4 + 8 + 64 bytes, in base64. */
function isCosignature(line: string): boolean {
  return (line.trim().split(' ')[2] ?? '').length === 104;
}

describe('the text of a checkpoint', () => {
  const line = linesOf('international', 'acme', 1)[0] ?? '';
  const root = 'n'.repeat(42);

  it.each([
    ['no origin', `\n7\n${root}A=\n\n${line}`],
    ['two lines', `log\n7\n\n${line}`],
    ['leading zero', `log\n07\n${root}A=\n\n${line}`],
    ['a sign', `log\n+7\n${root}A=\n\n${line}`],
    ['a fraction', `log\n7.0\n${root}A=\n\n${line}`],
    ['beyond 2^53', `log\n9007199254740993\n${root}A=\n\n${line}`],
    ['short root', `log\n7\n${root.slice(4)}A=\n\n${line}`],
    ['root with spare bits', `log\n7\n${root}B=\n\n${line}`],
    ['empty extension line', `log\n7\n${root}A=\n\nx\n\n${line}`],
  ])('is refused: %s', (_, text) => {
    expect(parseCheckpoint(text)).toEqual({ ok: false, code: 'checkpoint-malformed' });
  });

  it('may have extension lines in other logs', () => {
    const parsed = parseCheckpoint(`log\n0\n${root}A=\nmore\nlines\n\n${line}`);
    expect(parsed).toMatchObject({
      ok: true,
      checkpoint: { size: 0, extensions: ['more', 'lines'] },
    });
  });
});

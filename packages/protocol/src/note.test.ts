// Goal: notes and verifier keys are read as c2sp.org/signed-note says, and only so. Method: the log of
// transparency-dev/tessera (fixtures), a table of wrong forms, round trips.
import { fixturesDir, readFixture } from '@hefu/bytes/testing';
import { toHex, utf8Decode, utf8Encode } from '@hefu/bytes';
import { verify } from '@hefu/crypto/sign';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCheckpoint } from './checkpoint.ts';
import {
  formatNote,
  formatNoteLine,
  formatVerifierKey,
  NOTE_LENGTH_MAX,
  NOTE_LINES_MAX,
  parseNote,
  parseVerifierKey,
} from './note.ts';
import { treeHasher } from './suite-hasher.ts';

const LINE = formatNoteLine({
  name: 'log.example',
  keyId: Uint8Array.of(1, 2, 3, 4),
  signature: new Uint8Array(64),
});

describe('notes', () => {
  it('are read back', () => {
    const text = formatNote('first\n\nlast\n', [LINE, LINE]);
    const parsed = parseNote(text);
    expect(parsed).toMatchObject({
      ok: true,
      note: { body: 'first\n\nlast\n', lines: [{ name: 'log.example' }, { name: 'log.example' }] },
    });
  });

  it('have one form', () => {
    const table: readonly (readonly [string, string])[] = [
      ['empty', ''],
      ['no signature', 'text\n\n'],
      ['no empty line', `text\n${LINE}`],
      ['no last newline', formatNote('text\n', [LINE]).slice(0, -1)],
      ['carriage return', formatNote('text\r\n', [LINE])],
      ['tab', formatNote('a\tb\n', [LINE])],
      ['nul', formatNote('a\u0000b\n', [LINE])],
      ['lone surrogate', formatNote('a\ud800b\n', [LINE])],
      ['a hyphen for the dash', formatNote('text\n', [LINE.replace('\u2014', '-')])],
      ['two spaces', formatNote('text\n', [LINE.replace('example ', 'example  ')])],
      ['a plus in the name', formatNote('text\n', [LINE.replace('log.', 'log+')])],
      ['no name', formatNote('text\n', [LINE.replace('log.example', '')])],
      ['a wide space in the name', formatNote('text\n', [LINE.replace('log.', 'log\u3000')])],
      [
        'spare bits',
        formatNote('text\n', [LINE.replace('A==\n', 'B==\n').replace('AA=\n', 'AB=\n')]),
      ],
      ['no padding', formatNote('text\n', [LINE.replaceAll('=', '')])],
      ['a key id alone', formatNote('text\n', ['\u2014 log.example AQIDBA==\n'])],
      [
        'too many lines',
        formatNote(
          'text\n',
          Array.from({ length: NOTE_LINES_MAX + 1 }, () => LINE),
        ),
      ],
      ['too long', formatNote(`${'x'.repeat(NOTE_LENGTH_MAX)}\n`, [LINE])],
    ];
    for (const [name, text] of table) expect(parseNote(text).ok, name).toBe(false);
  });

  it('never throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(parseNote(text).ok && !text.includes('\n\n')).toBe(false);
        expect(parseVerifierKey('sha256', text).ok).toBe(false);
      }),
    );
  });
});

const dir = fixturesDir();
if (dir === undefined) console.warn('the log of tessera is not checked: no fixtures');

describe.skipIf(dir === undefined)('the checkpoints of tessera', () => {
  const vkey = dir === undefined ? '' : (utf8Decode(readFixture('tlog/vkey.txt')) ?? '').trim();
  const parsedKey = parseVerifierKey('sha256', vkey);
  const key = parsedKey.ok ? parsedKey.key : undefined;

  function isSigned(text: string): boolean {
    const parsed = parseCheckpoint(text);
    if (!parsed.ok || key === undefined) return false;
    const { body, lines, origin } = parsed.checkpoint;
    const line = lines.find((l) => l.name === key.name && toHex(l.keyId) === toHex(key.keyId));
    if (line === undefined || lines.length !== 1 || origin !== key.name) return false;
    return verify('ed25519', key.material.subarray(1), utf8Encode(body), line.signature);
  }

  it('have a verifier key that is read and written', () => {
    expect(key?.name).toBe('example.com/log/testdata');
    expect(key?.material[0]).toBe(0x01);
    expect(key === undefined ? '' : formatVerifierKey(key)).toBe(vkey);
    for (let at = 0; at < vkey.length; at++) {
      const code = vkey.charCodeAt(at) ^ 1;
      const other = `${vkey.slice(0, at)}${String.fromCharCode(code)}${vkey.slice(at + 1)}`;
      expect(parseVerifierKey('sha256', other).ok, `character ${at}`).toBe(false);
    }
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('checkpoint %i is right, and no byte of it can change', (n) => {
    const bytes = readFixture(`tlog/log/checkpoint.${n}`);
    const text = utf8Decode(bytes) ?? '';
    expect(isSigned(text)).toBe(true);
    const parsed = parseCheckpoint(text);
    expect(parsed).toMatchObject({ ok: true, checkpoint: { size: n, extensions: [] } });
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [0x01, 0x20, 0x80]) {
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] as number) ^ mask;
        const other = utf8Decode(damaged);
        expect(other !== undefined && isSigned(other), `byte ${at} mask ${mask}`).toBe(false);
      }
    }
  });

  it('have the roots of their entries', async () => {
    const { rootOf } = await import('@hefu/merkle');
    const hasher = treeHasher('sha256');
    const bundle = readFixture('tlog/log/tile/entries/000.p/7');
    const entries: Uint8Array[] = [];
    for (let at = 0; at < bundle.length;) {
      const size = (bundle[at] as number) * 256 + (bundle[at + 1] as number);
      entries.push(bundle.slice(at + 2, at + 2 + size));
      at += 2 + size;
    }
    for (let n = 0; n <= 7; n++) {
      const parsed = parseCheckpoint(utf8Decode(readFixture(`tlog/log/checkpoint.${n}`)) ?? '');
      const root = rootOf(
        hasher,
        entries.slice(0, n).map((entry) => hasher.leaf(entry)),
      );
      expect(parsed.ok ? toHex(parsed.checkpoint.root) : '', `size ${n}`).toBe(toHex(root));
    }
  });
});

// Goal: what the page reads and computes beside the verification is right: lines of a stream, paths, fingerprints, digests, names.
// Method: properties against the verifier's own functions, and tables of odd input.
import { createHash } from 'node:crypto';
import { hash } from '@hefu/crypto/hash';
import { createHasher, inclusionPath, nodesOfLeaves, rootOf, verifyInclusion } from '@hefu/merkle';
import { SampleLedger } from '@hefu/protocol/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestBlob } from './digest-blob.ts';
import { walkPath } from './inclusion-picture.ts';
import { contentNameOf, formatOf, readJson, roleOf } from './intake.ts';
import { LINE_BYTES_MAX, readLines } from './read-lines.ts';
import { compareFingerprint, readTrustFile } from './trust-check.ts';

const hasher = createHasher((bytes) => hash('sha256', bytes));

describe('a walk along a path', () => {
  it('comes to the verdict of the verifier, for every place of every tree', () => {
    for (let size = 1; size <= 20; size++) {
      const leaves = Array.from({ length: size }, (_each, n) => hasher.leaf(Uint8Array.of(n)));
      const root = rootOf(hasher, leaves);
      for (let index = 0; index < size; index++) {
        const path = inclusionPath(hasher, index, size, nodesOfLeaves(hasher, leaves));
        const leaf = leaves[index] ?? root;
        const walked = walkPath({ hasher, index, size, leaf, path, root });
        expect(walked.reached, `${index} of ${size}`).toBe(true);
        expect(walked.levels.map(({ sibling }) => sibling)).toEqual(path);
        expect(walked.levels.at(-1)?.parent ?? leaf).toEqual(root);
      }
    }
  });

  it('agrees with the verifier on any claim', () => {
    const node = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const leaves = Array.from({ length: 13 }, (_each, n) => hasher.leaf(Uint8Array.of(n)));
    const root = rootOf(hasher, leaves);
    const right = leaves.map((_leaf, index) =>
      inclusionPath(hasher, index, leaves.length, nodesOfLeaves(hasher, leaves)),
    );
    fc.assert(
      fc.property(
        fc.nat(15),
        fc.nat(15),
        fc.nat(12),
        fc.oneof(fc.array(node, { maxLength: 6 }), fc.constantFrom(...right)),
        (index, size, of, path) => {
          const leaf = leaves[of] ?? root;
          const claim = { hasher, index, size, path, root };
          expect(walkPath({ ...claim, leaf }).reached).toBe(
            verifyInclusion({ ...claim, leafHash: leaf }),
          );
        },
      ),
    );
  });
});

describe('lines', () => {
  async function linesOf(blob: Blob): Promise<string[]> {
    const lines: string[] = [];
    for await (const { start, end, text } of readLines(blob)) {
      // A line that is shown later is read again from its place.
      expect((await blob.slice(start, end).text()).trim()).toBe(text);
      lines.push(text);
    }
    return lines;
  }

  it('are those of the text, wherever the stream was cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('a', '合符', '\n', '\r\n', ' ')), async (parts) => {
        const text = parts.join('');
        const wanted = text.split('\n').map((line) => line.trim());
        expect(await linesOf(new Blob(parts))).toEqual(wanted.filter((line) => line !== ''));
      }),
    );
  });

  it('that are too long are there, but not read', async () => {
    const long = 'x'.repeat(LINE_BYTES_MAX + 1);
    const texts: string[] = [];
    for await (const { text } of readLines(new Blob(['a\n', long, '\nb']))) texts.push(text);
    expect(texts).toEqual(['a', '', 'b']);
  });
});

describe('digests', () => {
  it('are those of the bytes, and tell how far they are', async () => {
    const bytes = Buffer.alloc(30_000_000, 'hefu');
    const seen: number[] = [];
    const found = await digestBlob(new Blob([bytes]), { onProgress: (done) => seen.push(done) });
    expect(Buffer.from(found.sha256)).toEqual(createHash('sha256').update(bytes).digest());
    expect(Buffer.from(found.sm3)).toEqual(createHash('sm3').update(bytes).digest());
    expect(found.size).toBe(bytes.length);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual(seen.toSorted((left, right) => left - right));
  });

  it('can be given up', async () => {
    const stop = new AbortController();
    const work = digestBlob(new Blob([Buffer.alloc(60_000_000)]), {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(work).rejects.toThrow(/abort/i);
  });
});

describe('what a file is', () => {
  const ledger = new SampleLedger({ suite: 'international' });
  ledger.addBlock([{ member: 'acme/alice', args: null }]);
  const receipt = JSON.stringify(ledger.receipt(0));
  const pretty = JSON.stringify(ledger.receipt(0), undefined, 2);
  const trust = JSON.stringify(ledger.trust());

  it.each<readonly [string, string, string]>([
    ['a.receipt.json', receipt, 'receipt'],
    ['whatever', receipt, 'receipt'],
    ['whatever', pretty, 'receipt'],
    ['whatever', `${receipt}\n${receipt}\n`, 'receipts'],
    ['receipts.ndjson', `${receipt}\n`, 'receipt'],
    ['trust.json', trust, 'trust'],
    ['whatever', trust, 'trust'],
    ['a.receipt.json', '{"half', 'receipt'],
    ['A.RECEIPT.JSON', '', 'receipt'],
    ['a.json', '{"format":"something else"}', 'content'],
    ['a.json', '{"nested":{"format":"hefu-receipt/1"}}', 'content'],
    ['a.pdf', '%PDF-1.7', 'content'],
    ['', '', 'content'],
  ])('%s %#: %s', async (name, text, role) => {
    expect(await roleOf(name, new Blob([text]))).toBe(role);
  });

  it('is asked of the document itself, not of what it inherits', () => {
    expect(formatOf(readJson('{"__proto__":{"format":"hefu-trust/2"}}'))).toBeUndefined();
    expect(formatOf(Object.create({ format: 'hefu-trust/2' }))).toBeUndefined();
    expect(formatOf(null)).toBeUndefined();
    expect(formatOf({ format: 1 })).toBeUndefined();
  });

  it('and its content is named by a receipt’s name', () => {
    expect(contentNameOf('a/b/order.pdf.receipt.json')).toBe('order.pdf');
    expect(contentNameOf('order.pdf')).toBeUndefined();
  });
});

describe.each(['international', 'gm'] as const)('a trust file of suite %s', (suite) => {
  const ledger = new SampleLedger({ suite, validators: ['acme', 'bank'] });
  const json = ledger.trust();
  const bytes = Buffer.from(JSON.stringify(json));

  it('is known by its bytes, its genesis, and each key', async () => {
    const read = await readTrustFile(bytes, json);
    if (!read.ok) throw new Error(read.code);
    const { file } = read;
    const [first] = file.validators;
    const told: readonly (readonly [string, string])[] = [
      [createHash('sha256').update(bytes).digest('hex'), 'file'],
      [createHash('sm3').update(bytes).digest('hex').toUpperCase(), 'file'],
      [` ${file.genesis.replaceAll(/(..)/g, '$1 ')}`, 'genesis'],
      [first?.fingerprint ?? '', 'key'],
      [first?.publicKey ?? '', 'key'],
      [first?.vkeys[1] ?? '', 'key'],
      [file.genesis, 'genesis'],
      ['f'.repeat(64), 'nothing'],
      ['f'.repeat(62), 'malformed'],
      [file.genesis.slice(1), 'malformed'],
      ['', 'malformed'],
    ];
    for (const [text, match] of told) expect(compareFingerprint(file, text), text).toBe(match);
  });

  it('with another key has another fingerprint everywhere, or is none', async () => {
    const forged = new SampleLedger({ suite, validators: ['acme', 'cold'] }).trust();
    const mine = await readTrustFile(bytes, json);
    const theirs = await readTrustFile(Buffer.from(JSON.stringify(forged)), forged);
    if (!mine.ok || !theirs.ok) throw new Error('a trust file does not hold');
    expect(compareFingerprint(theirs.file, mine.file.genesis)).toBe('nothing');
    const copied = { ...forged, genesis: json.genesis };
    for (const document of [copied, { ...copied, genesisRest: json.genesisRest }]) {
      expect(await readTrustFile(Buffer.from(JSON.stringify(document)), document)).toEqual({
        ok: false,
        code: 'trust-genesis-mismatch',
      });
    }
    expect(compareFingerprint(theirs.file, mine.file.fileSha256)).toBe('nothing');
  });
});

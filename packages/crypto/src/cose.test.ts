// Goal: COSE_Sign1 and Sig_structure are RFC 9052's, the strict form is one form, and every code has a
// case. Method: golden vectors read by cborg; published COSE and SCITT examples; tables.
import { decode as cborgDecode } from 'cborg';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeCbor, fromBase64Url, toHex } from '@hefu/bytes';
import { fixturesDir, listFixtures, readFixture, readVectors } from '@hefu/bytes/testing';
import { algorithmOfCose } from './algorithm.ts';
import {
  COSE_HEADER,
  CWT_CLAIM,
  decodeSign1,
  encodeProtectedHeader,
  encodeSign1,
  sigStructure,
} from './cose.ts';
import type { CoseErrorCode, CoseSign1 } from './cose.ts';
import { hash } from './hash.ts';
import { publicKeyFromSpki } from './keys.ts';
import { sign, verify } from './sign.ts';
import { bytesOf } from './testing/cbor-json.ts';
import type { CoseSign1Vectors } from './testing/vector-types.ts';

const vectors = readVectors('cose-sign1.json') as CoseSign1Vectors;
const NO_BYTES = new Uint8Array(0);

function lenient(bytes: Uint8Array): CoseSign1 {
  const decoded = decodeSign1(bytes, { strict: false });
  if (!decoded.ok) throw new Error(decoded.code);
  return decoded.sign1;
}

describe('golden vectors', () => {
  it.each(vectors.valid)('$name, read by cborg', (vector) => {
    const covered = cborgDecode(bytesOf(vector.sigStructure));
    const bytes = [vector.protected, vector.externalAad, vector.payload].map(bytesOf);
    expect(covered).toEqual(['Signature1', ...bytes]);
    const whole: unknown = cborgDecode(bytesOf(vector.encoded), {
      useMaps: true,
      tags: { 18: (decode: () => unknown) => decode() },
    });
    expect(whole).toEqual([bytes[0], new Map(), bytes[2], bytesOf(vector.signature)]);
    expect(toHex(hash('sha256', bytesOf(vector.sigStructure)))).toBe(vector.idSha256);
  });

  it('have a case for every code of COSE', () => {
    const all: Record<Extract<CoseErrorCode, `cose-${string}`>, true> = {
      'cose-wrong-tag': true,
      'cose-malformed': true,
      'cose-bad-protected-header': true,
      'cose-unprotected-header': true,
      'cose-detached-payload': true,
      'cose-duplicate-label': true,
    };
    const seen = vectors.invalid.flatMap(({ strict, lenient: other }) => [strict, other ?? strict]);
    const own = new Set(seen.filter((code) => code.startsWith('cose-')));
    expect([...own].toSorted()).toEqual(Object.keys(all).toSorted());
  });

  it.each(vectors.invalid)(
    '$name: $strict, lenient $lenient',
    ({ encoded, strict, lenient: other }) => {
      expect(decodeSign1(bytesOf(encoded), { strict: true })).toEqual({ ok: false, code: strict });
      const decoded = decodeSign1(bytesOf(encoded), { strict: false });
      expect(decoded.ok ? null : decoded.code).toBe(other);
    },
  );
});

describe('encoding', () => {
  it('writes an empty protected header as no bytes', () => {
    expect(encodeProtectedHeader(new Map())).toEqual(NO_BYTES);
    const payload = new Uint8Array([1]);
    const bytes = encodeSign1({ protected: NO_BYTES, payload, signature: payload });
    expect(toHex(bytes)).toBe('d28440a041014101');
    expect(decodeSign1(bytes, { strict: true })).toMatchObject({ ok: true });
  });

  it('writes an unprotected header and a detached payload when asked', () => {
    const unprotected = new Map([[COSE_HEADER.kid, new Uint8Array([1])]]);
    const bytes = encodeSign1({
      protected: NO_BYTES,
      unprotected,
      payload: null,
      signature: NO_BYTES,
    });
    expect(lenient(bytes)).toEqual({
      protected: NO_BYTES,
      protectedHeader: new Map(),
      unprotected,
      payload: null,
      signature: NO_BYTES,
    });
  });

  it('covers the same for an empty header in either form', () => {
    const payload = new Uint8Array([7]);
    expect(sigStructure(bytesOf('a0'), NO_BYTES, payload)).toEqual(
      sigStructure(NO_BYTES, NO_BYTES, payload),
    );
    expect(toHex(sigStructure(NO_BYTES, NO_BYTES, payload))).toBe(
      '846a5369676e61747572653140404107',
    );
  });
});

interface GluecoseFile {
  readonly alg: string;
  readonly key: {
    readonly kty: string;
    readonly crv?: string;
    readonly x?: string;
    readonly y?: string;
    readonly d?: string;
  };
  readonly 'sign1::sign'?: {
    readonly payload: string;
    readonly protectedHeaders: { readonly cborHex: string };
    readonly tbsHex: { readonly cborHex: string };
    readonly external?: string;
    readonly expectedOutput: { readonly cborHex: string };
    readonly fixedOutputLength: number;
  };
  readonly 'sign1::verify'?: {
    readonly taggedCOSESign1: { readonly cborHex: string };
    readonly external?: string;
    readonly shouldVerify: boolean;
  };
}

describe.skipIf(fixturesDir() === undefined)('gluecose vectors', () => {
  const files = fixturesDir() === undefined ? [] : listFixtures('cose/gluecose');

  function read(name: string): GluecoseFile {
    return JSON.parse(
      new TextDecoder().decode(readFixture(`cose/gluecose/${name}`)),
    ) as GluecoseFile;
  }

  function point(key: GluecoseFile['key']): Uint8Array {
    const x = fromBase64Url(key.x ?? '');
    const y = fromBase64Url(key.y ?? '');
    return concatBytes(new Uint8Array([4]), x ?? NO_BYTES, y ?? NO_BYTES);
  }

  it('are all here', () => {
    expect(files).toHaveLength(8);
  });

  it.each(files.filter((name) => name.includes('sign1-sign')))('%s: covered bytes', (name) => {
    const { alg, key, 'sign1::sign': input } = read(name);
    if (input === undefined) throw new Error('no input');
    const header = bytesOf(input.protectedHeaders.cborHex);
    const external = bytesOf(input.external ?? '');
    const covered = sigStructure(header, external, bytesOf(input.payload));
    expect(toHex(covered)).toBe(input.tbsHex.cborHex);
    const expected = lenient(bytesOf(input.expectedOutput.cborHex));
    expect(expected.protected).toEqual(header);
    expect(toHex(expected.payload ?? NO_BYTES)).toBe(input.payload);
    // ES256 alone is one of our suites.
    const ours = algorithmOfCose(expected.protectedHeader.get(COSE_HEADER.alg));
    expect(ours).toBe(alg === 'ES256' ? 'es256' : undefined);
    const d = ours === undefined ? undefined : fromBase64Url(key.d ?? '');
    const signature = d === undefined ? undefined : sign('es256', d, covered);
    const holds =
      signature === undefined ? undefined : verify('es256', point(key), covered, signature);
    expect(holds).toBe(ours === undefined ? undefined : true);
    const whole = encodeSign1({ ...expected, signature: signature ?? NO_BYTES });
    const fixed = input.expectedOutput.cborHex.slice(0, input.fixedOutputLength * 2);
    expect(toHex(whole).startsWith(signature === undefined ? '' : fixed)).toBe(true);
  });

  it.each(files.filter((name) => name.includes('sign1-verify')))('%s: verdict', (name) => {
    const { alg, key, 'sign1::verify': input } = read(name);
    if (input === undefined) throw new Error('no input');
    const bytes = bytesOf(input.taggedCOSESign1.cborHex);
    const { protected: header, payload, signature, protectedHeader } = lenient(bytes);
    // The key id stands in the unprotected header, where a statement may have nothing.
    expect(decodeSign1(bytes, { strict: true })).toEqual({
      ok: false,
      code: 'cose-unprotected-header',
    });
    const covered = sigStructure(header, bytesOf(input.external ?? ''), payload ?? NO_BYTES);
    const ours = algorithmOfCose(protectedHeader.get(COSE_HEADER.alg));
    expect(ours).toBe(alg === 'ES256' ? 'es256' : undefined);
    const verdict = ours === undefined || verify(ours, point(key), covered, signature);
    expect(verdict).toBe(input.shouldVerify);
    const forged = signature.map((byte, i) => (i === 5 ? byte ^ 1 : byte));
    expect(ours !== undefined && verify(ours, point(key), covered, forged)).toBe(false);
  });
});

describe.skipIf(fixturesDir() === undefined)('SCITT statements and receipts', () => {
  const folders = ['valid-eddsa', 'valid-es256', 'fail-tampered-path'];
  it.each(folders)('%s: the statement is signed by its issuer', (folder) => {
    const base = `cose/scitt-cose/v1/${folder}`;
    const expected = JSON.parse(new TextDecoder().decode(readFixture(`${base}/expected.json`))) as {
      protected_header: { statement: { alg_code: number; issuer: string; subject: string } };
    };
    const key = publicKeyFromSpki(new TextDecoder().decode(readFixture(`${base}/issuer-key.pub`)));
    if (!key.ok) throw new Error(key.code);
    const statement = lenient(readFixture(`${base}/statement.cose`));
    const { alg_code, issuer, subject } = expected.protected_header.statement;
    expect(statement.protectedHeader.get(COSE_HEADER.alg)).toBe(alg_code);
    const claims = statement.protectedHeader.get(COSE_HEADER.cwtClaims);
    expect(claims).toEqual(
      new Map([
        [CWT_CLAIM.iss, issuer],
        [CWT_CLAIM.sub, subject],
      ]),
    );
    expect(statement.payload).toEqual(readFixture(`${base}/payload.bin`));
    const covered = sigStructure(statement.protected, NO_BYTES, statement.payload ?? NO_BYTES);
    expect(verify(key.algorithm, key.publicKey, covered, statement.signature)).toBe(true);
  });

  it.each(['inclusion', 'consistency'])(
    'the %s receipt decodes and encodes to the same bytes',
    (kind) => {
      const bytes = readFixture(`cose/cose-receipts/${kind}-receipt.cbor`);
      const receipt = lenient(bytes);
      expect(receipt.payload).toBeNull();
      expect(receipt.protectedHeader.get(395)).toBe(1);
      // Their protected headers are not in deterministic order, which only the lenient form takes.
      expect(decodeSign1(bytes, { strict: true })).toMatchObject({ code: 'cbor-not-canonical' });
      expect(encodeSign1(receipt)).toEqual(bytes);
      expect(encodeCbor(receipt.unprotected).length).toBeGreaterThan(100);
    },
  );
});

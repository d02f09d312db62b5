// Goal: a statement has one accepted form and one id. Method: statements built and signed here, then
// re-signed, re-wrapped and damaged part by part; each is refused with its code or keeps its id.
import { CborTagged, encodeCbor, toHex } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { decodeSign1, encodeSign1, sigStructure } from '@hefu/crypto/cose';
import { hash } from '@hefu/crypto/hash';
import type { HashName } from '@hefu/crypto/hash';
import { sign, verify } from '@hefu/crypto/sign';
import { describe, expect, it } from 'vitest';
import { prepareStatement, signStatement } from './sign-statement.ts';
import type { StatementToSign } from './sign-statement.ts';
import { parseStatement, STATEMENT_BYTES_MAX } from './statement.ts';
import type { Statement } from './statement.ts';
import { sampleKey } from './testing/sample-keys.ts';

const CASES: readonly (readonly [SignatureAlgorithm, HashName])[] = [
  ['ed25519', 'sha256'],
  ['es256', 'sha256'],
  ['sm2', 'sm3'],
];

function draft(algorithm: SignatureAlgorithm, hashName: HashName): StatementToSign {
  return {
    hash: hashName,
    chain: 'food.example/main',
    member: 'acme/alice.w-1',
    algorithm,
    privateKey: sampleKey(algorithm, 'alice').privateKey,
    contract: 'evidence',
    method: 'deposit',
    args: { title: 'Vertrag über 12 \u{1F600}', count: 3, parts: [1, null, new Uint8Array(40)] },
    expires: 1_790_000_000_000,
  };
}

function parsed(bytes: Uint8Array, hashName: HashName): Statement {
  const verdict = parseStatement(bytes, hashName);
  if (!verdict.ok) throw new Error(`${verdict.code} ${verdict.detail ?? ''}`);
  return verdict.statement;
}

/** The four parts of a COSE_Sign1, to be put together in another way. */
function partsOf(bytes: Uint8Array): {
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
} {
  const decoded = decodeSign1(bytes, { strict: true });
  if (!decoded.ok) throw new Error(decoded.code);
  const { protected: header, payload, signature } = decoded.sign1;
  return { header, payload: payload ?? new Uint8Array(0), signature };
}

describe.each(CASES)('a statement signed with %s under %s', (algorithm, hashName) => {
  const { bytes, id } = signStatement(draft(algorithm, hashName));
  const statement = parsed(bytes, hashName);
  const { publicKey } = sampleKey(algorithm, 'alice');

  it('says what was drafted, is signed, and is a strict COSE_Sign1', () => {
    expect(statement).toMatchObject({
      algorithm,
      issuer: 'hefu:food.example/main#acme/alice.w-1',
      member: 'acme/alice.w-1',
      subject: 'evidence/deposit',
      chain: 'food.example/main',
      contract: 'evidence',
      method: 'deposit',
      expires: 1_790_000_000_000,
      args: draft(algorithm, hashName).args,
    });
    expect(verify(algorithm, publicKey, statement.toBeSigned, statement.signature)).toBe(true);
    const { header, payload } = partsOf(bytes);
    expect(statement.toBeSigned).toEqual(sigStructure(header, new Uint8Array(0), payload));
    expect(toHex(statement.id)).toBe(toHex(hash(hashName, statement.toBeSigned)));
    expect(toHex(id)).toBe(toHex(statement.id));
  });

  it('keeps its id when it is signed again, whatever the signature', () => {
    const { header, payload } = partsOf(bytes);
    const { privateKey } = sampleKey(algorithm, 'alice');
    const signature = sign(algorithm, privateKey, statement.toBeSigned);
    const again = encodeSign1({ protected: header, payload, signature });
    const zeroes = encodeSign1({ protected: header, payload, signature: new Uint8Array(64) });
    expect(toHex(parsed(again, hashName).id)).toBe(toHex(id));
    expect(toHex(parsed(zeroes, hashName).id)).toBe(toHex(id));
    expect(toHex(again) === toHex(bytes)).toBe(algorithm === 'ed25519');
  });

  it('is refused in any other wrapping', () => {
    const { header, payload, signature } = partsOf(bytes);
    const array = [header, new Map<CborKey, CborValue>(), payload, signature] as const;
    const wrap = (unprotected: ReadonlyMap<CborKey, CborValue>): Uint8Array =>
      encodeSign1({ protected: header, unprotected, payload, signature });
    // 0x59 00 xx: a length in two bytes where one is enough; 0x5f … 0xff: a length left open.
    const longHead = splice(bytes, 2, 2, [0x59, 0, header.length]);
    const indefinite = splice(bytes, 2, 2 + header.length, [
      0x5f,
      0x58,
      header.length,
      ...header,
      0xff,
    ]);
    const openArray = Uint8Array.of(0xd2, 0x9f, ...bytes.slice(2), 0xff);
    const table: readonly (readonly [string, Uint8Array, string])[] = [
      ['no tag', encodeCbor(array), 'statement-not-canonical'],
      ['another tag', encodeCbor(new CborTagged(98, array)), 'statement-malformed'],
      [
        'two tags',
        encodeCbor(new CborTagged(55799, new CborTagged(18, array))),
        'statement-malformed',
      ],
      ['foreign kid', wrap(new Map([[4, Uint8Array.of(1)]])), 'statement-unprotected-header'],
      [
        'a receipt in the header',
        wrap(new Map([[394, [Uint8Array.of(1)]]])),
        'statement-unprotected-header',
      ],
      ['long head', longHead, 'statement-not-canonical'],
      ['indefinite string', indefinite, 'statement-not-canonical'],
      ['indefinite array', openArray, 'statement-not-canonical'],
      ['long tag', Uint8Array.of(0xd8, 18, ...bytes.slice(1)), 'statement-not-canonical'],
      ['trailing byte', Uint8Array.of(...bytes, 0), 'statement-malformed'],
      ['cut short', bytes.slice(0, -1), 'statement-malformed'],
      ['nothing', new Uint8Array(0), 'statement-malformed'],
      [
        'detached payload',
        encodeSign1({ protected: header, payload: null, signature }),
        'statement-payload',
      ],
      [
        'short signature',
        encodeSign1({ protected: header, payload, signature: signature.slice(1) }),
        'statement-malformed',
      ],
      ['too large', new Uint8Array(STATEMENT_BYTES_MAX + 1), 'statement-too-large'],
    ];
    for (const [name, other, code] of table) {
      expect(parseStatement(other, hashName), name).toMatchObject({ ok: false, code });
    }
  });

  it('is refused with another header or payload', () => {
    const { header, payload, signature } = partsOf(bytes);
    const members = new Map<CborKey, CborValue>([
      [1, statement.algorithm === 'ed25519' ? -8 : statement.algorithm === 'es256' ? -7 : -65537],
      [3, 'application/hefu-statement+cbor'],
      [4, statement.keyId],
      [
        15,
        new Map([
          [1, statement.issuer],
          [2, statement.subject],
        ]),
      ],
    ]);
    const build = (header_: Uint8Array, payload_: Uint8Array): Uint8Array =>
      encodeSign1({ protected: header_, payload: payload_, signature });
    const withHeader = (label: number, value: CborValue | undefined): Uint8Array => {
      const changed = new Map(members);
      if (value === undefined) changed.delete(label);
      else changed.set(label, value);
      return build(encodeCbor(changed), payload);
    };
    const parts = [
      statement.chain,
      'evidence',
      'deposit',
      statement.args,
      statement.nonce,
      5,
    ] as const;
    const withPart = (index: number, value: CborValue): Uint8Array =>
      build(header, encodeCbor(parts.map((part, i) => (i === index ? value : part))));
    expect(build(encodeCbor(members), payload)).toEqual(bytes);
    const claims = (issuer: string, subject: string): ReadonlyMap<CborKey, CborValue> =>
      new Map([
        [1, issuer],
        [2, subject],
      ]);
    const float = Uint8Array.of(0x86, 0xf9, 0x3c, 0);
    const table: readonly (readonly [string, Uint8Array, string])[] = [
      ['unknown algorithm', withHeader(1, -37), 'statement-algorithm'],
      ['no algorithm', withHeader(1, undefined), 'statement-algorithm'],
      ['content type', withHeader(3, 'application/json'), 'statement-header'],
      ['short kid', withHeader(4, new Uint8Array(31)), 'statement-header'],
      ['another label', withHeader(33, 'x'), 'statement-header'],
      ['crit', withHeader(2, [4]), 'statement-header'],
      [
        'issuer of another chain',
        withHeader(15, claims('hefu:other#acme/alice.w-1', statement.subject)),
        'statement-header',
      ],
      [
        'issuer without member',
        withHeader(15, claims('hefu:food.example/main#', statement.subject)),
        'statement-header',
      ],
      [
        'another subject',
        withHeader(15, claims(statement.issuer, 'evidence/withdraw')),
        'statement-header',
      ],
      ['no CBOR in the header', build(Uint8Array.of(0xff), payload), 'statement-header'],
      [
        'header of five',
        build(Uint8Array.of(0xa5, ...header.slice(1)), payload),
        'statement-header',
      ],
      ['unsorted header', build(unsorted(header), payload), 'statement-not-canonical'],
      ['chain', withPart(0, 'Food'), 'statement-payload'],
      ['contract', withPart(1, 'Evidence'), 'statement-payload'],
      ['method', withPart(2, ''), 'statement-payload'],
      ['args as array', withPart(3, []), 'statement-payload'],
      ['args as text', withPart(3, 'x'), 'statement-payload'],
      ['integer key in args', withPart(3, new Map([[1, 2]])), 'statement-payload'],
      ['long nonce', withPart(4, new Uint8Array(17)), 'statement-payload'],
      ['negative time', withPart(5, -1), 'statement-payload'],
      ['huge time', withPart(5, 2n ** 60n), 'statement-payload'],
      ['five parts', build(header, encodeCbor(parts.slice(0, 5))), 'statement-payload'],
      ['a float', build(header, float), 'statement-payload'],
      ['another chain', withPart(0, 'other'), 'statement-header'],
      ['another method', withPart(2, 'withdraw'), 'statement-header'],
    ];
    for (const [name, other, code] of table) {
      expect(parseStatement(other, hashName), name).toMatchObject({ ok: false, code });
    }
  });
});

describe('building statements', () => {
  it('draws a nonce, so that the same words make two statements', () => {
    const [one, two] = [1, 2].map(() => signStatement(draft('ed25519', 'sha256')));
    expect(toHex(one?.id as Uint8Array)).not.toBe(toHex(two?.id as Uint8Array));
  });

  it('leaves the signing to others', () => {
    const { privateKey, publicKey } = sampleKey('ed25519', 'alice');
    const { keyId } = parsed(signStatement(draft('ed25519', 'sha256')).bytes, 'sha256');
    const unsigned = prepareStatement({ ...draft('ed25519', 'sha256'), keyId });
    const bytes = unsigned.finish(sign('ed25519', privateKey, unsigned.toBeSigned));
    const statement = parsed(bytes, 'sha256');
    expect(toHex(statement.id)).toBe(toHex(unsigned.id));
    expect(verify('ed25519', publicKey, statement.toBeSigned, statement.signature)).toBe(true);
    expect(() => unsigned.finish(new Uint8Array(63))).toThrow(TypeError);
  });

  it('refuses drafts that no statement can say', () => {
    const good = draft('ed25519', 'sha256');
    const large = { blob: new Uint8Array(STATEMENT_BYTES_MAX) };
    expect(() => signStatement({ ...good, args: large })).toThrow(RangeError);
    for (const wrong of [{ member: 'alice' }, { chain: 'A' }, { contract: '1' }, { expires: -1 }]) {
      expect(() => signStatement({ ...good, ...wrong }), JSON.stringify(wrong)).toThrow(TypeError);
    }
    const room =
      STATEMENT_BYTES_MAX -
      signStatement({ ...good, args: { blob: new Uint8Array(300) } }).bytes.length;
    const largest = signStatement({ ...good, args: { blob: new Uint8Array(300 + room) } }).bytes;
    expect(largest.length).toBe(STATEMENT_BYTES_MAX);
    expect(parseStatement(largest, 'sha256').ok).toBe(true);
  });
});

function splice(
  bytes: Uint8Array,
  at: number,
  count: number,
  replacement: readonly number[],
): Uint8Array {
  return Uint8Array.of(...bytes.slice(0, at), ...replacement, ...bytes.slice(at + count));
}

/** The header's members 1 and 3 the other way round; the rest as it was. */
function unsorted(header: Uint8Array): Uint8Array {
  const threeAt = header.indexOf(3, 2);
  const fourAt = threeAt + 1 + 2 + 31;
  return Uint8Array.of(
    0xa4,
    ...header.slice(threeAt, fourAt),
    ...header.slice(1, threeAt),
    ...header.slice(fourAt),
  );
}

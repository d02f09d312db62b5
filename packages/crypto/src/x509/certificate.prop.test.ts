// Goal: whatever the bytes, reading a certificate gives an answer and never throws, what is read says what was written, and times
// are those of the calendar. Method: random bytes, and a good certificate changed, cut and stretched at random; dates
// against the runtime's own.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, utf8Encode } from '@hefu/bytes';
import { readCertificate } from './certificate.ts';
import { judgeAuthority, judgeChain } from './chain.ts';
import { DER_DEPTH_MAX, isStrictDer } from './strict-der.ts';
import { readTime } from './time.ts';

/** A P-256 authority, as OpenSSL made it. */
const GOOD =
  fromBase64(
    'MIIBkDCCATagAwIBAgIUHTWDj5Dk6GVA9B77n2HYKwMUlB0wCgYIKoZIzj0EAwIwJjENMAsGA1UECgwEQWNtZTEVMBMGA1UEAwwMQWNtZSBSb290IENBMB4XDTI2MTEyMjAzMDQ1OFoXDTM2MTExOTAzMDQ1OFowJjENMAsGA1UECgwEQWNtZTEVMBMGA1UEAwwMQWNtZSBSb290IENBMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE4HFA8MCM+wIIT7NAQ1CX53/07YvPQ1oreGeCtZoNC3lIr1MgRhsRbND2vYGjfJNgyyju21R+zNrZcaqDcpFOMKNCMEAwDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAgQwHQYDVR0OBBYEFKO4soXbmpydqDbUEMyBHMFO7NkyMAoGCCqGSM49BAMCA0gAMEUCIEbIAgmJtNi3iJ3UAHNUYFWseUTpskyh46VQGgfOqGLDAiEAg0OTRNXNLWYiIB8JFg0gslxdjdVGsAE5IRU5TkcRT5c=',
  ) ?? new Uint8Array();

function judgeAll(der: Uint8Array, timeMs: number): void {
  const read = readCertificate(der);
  if (read !== undefined) expect(isStrictDer(der)).toBe(true);
  expect(['boolean']).toContain(typeof judgeAuthority(der, timeMs).ok);
  expect(judgeChain({ chain: [der, GOOD], anchors: [GOOD, der], timeMs }).ok).toBe(false);
  expect(judgeChain({ chain: [der], anchors: [der], timeMs }).ok).toBe(false);
}

const time = fc.integer({ min: 0, max: 4_000_000_000_000 });

describe('reading certificates', () => {
  it('reads the good one', () => {
    const read = readCertificate(GOOD);
    expect(read).toMatchObject({ isAuthority: true, signatureAlgorithm: 'es256' });
    expect(judgeAuthority(GOOD, read?.notBefore ?? 0).ok).toBe(true);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), time, (der, timeMs) => {
        judgeAll(der, timeMs);
      }),
    );
  });

  it('never throws for a certificate that was changed', () => {
    const change = fc.record({
      at: fc.nat({ max: GOOD.length - 1 }),
      drop: fc.nat({ max: 4 }),
      put: fc.uint8Array({ maxLength: 6 }),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), time, (changes, timeMs) => {
        let der = GOOD;
        for (const { at, drop, put } of changes) {
          der = Uint8Array.from([...der.subarray(0, at), ...put, ...der.subarray(at + drop)]);
        }
        if (der.length === GOOD.length && der.every((byte, at) => byte === GOOD[at])) return;
        judgeAll(der, timeMs);
        expect(judgeAuthority(der, timeMs).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses other encodings of the same', () => {
    // The outer length in three bytes where two suffice; an indefinite one; a byte behind.
    const long = Uint8Array.from([0x30, 0x83, 0, GOOD[2] ?? 0, GOOD[3] ?? 0, ...GOOD.subarray(4)]);
    const endless = Uint8Array.from([0x30, 0x80, ...GOOD.subarray(4), 0, 0]);
    for (const der of [long, endless, Uint8Array.from([...GOOD, 0])]) {
      expect(isStrictDer(der)).toBe(false);
      expect(readCertificate(der)).toBeUndefined();
    }
  });

  it('refuses what nests too deep, without running out of stack', () => {
    const nested = (depth: number): Uint8Array => {
      let der = Uint8Array.of(0x05, 0);
      for (let i = 0; i < depth; i++) der = Uint8Array.from([0x30, der.length, ...der]);
      return der;
    };
    expect(isStrictDer(nested(DER_DEPTH_MAX))).toBe(true);
    expect(isStrictDer(nested(DER_DEPTH_MAX + 1))).toBe(false);
    const bottomless = new Uint8Array(100_000).fill(0x30);
    expect(isStrictDer(bottomless)).toBe(false);
  });
});

describe('times', () => {
  it('are those of the calendar', () => {
    const last = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: last }), (seconds) => {
        const written = new Date(seconds * 1000).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
        expect(readTime(0x18, utf8Encode(written))).toBe(seconds * 1000);
        const year = Number(written.slice(0, 4));
        if (year >= 1970 && year < 2050) {
          expect(readTime(0x17, utf8Encode(written.slice(2)))).toBe(seconds * 1000);
        }
      }),
    );
  });

  it.each(['20260230000000Z', '20261301000000Z', '20260101240000Z', '20260101000060Z'])(
    'refuses %s',
    (text) => {
      expect(readTime(0x18, utf8Encode(text))).toBeUndefined();
    },
  );

  it.each(['260101000000Z', '20260101000000+', '19691231235959Z', '2026010100000xZ'])(
    'refuses %s as a long one',
    (text) => {
      expect(readTime(0x18, utf8Encode(text))).toBeUndefined();
    },
  );
});

// Goal: chains of certificates are judged by their bytes and a time alone, and each fault has its code. Method: authorities
// and certificates made by OpenSSL in three algorithms; good chains, and one fault after the other.
import { toHex } from '@hefu/bytes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicKeyFromSpki } from '../keys.ts';
import { AUTHORITY, CertificateMaker, MEMBER } from '../testing/certificates.ts';
import type { MadeCertificate } from '../testing/certificates.ts';
import { hasOpenssl } from '../testing/openssl.ts';
import { readCertificate } from './certificate.ts';
import { CHAIN_MAX, judgeAuthority, judgeChain } from './chain.ts';

const DAY_MS = 86_400_000;
const now = Date.now() + 60_000;

function codeOf(verdict: {
  readonly ok: boolean;
  readonly code?: string;
  readonly at?: number;
}): string {
  return verdict.ok ? 'ok' : `${verdict.code ?? ''} ${verdict.at ?? ''}`;
}

function judged(
  chain: readonly MadeCertificate[],
  anchors: readonly MadeCertificate[],
  timeMs = now,
): string {
  const ders = (made: readonly MadeCertificate[]): Uint8Array[] => made.map(({ der }) => der);
  return codeOf(judgeChain({ chain: ders(chain), anchors: ders(anchors), timeMs }));
}

describe.skipIf(!hasOpenssl()).each(['ed25519', 'es256', 'sm2'] as const)('%s', (algorithm) => {
  let maker: CertificateMaker;
  let root: MadeCertificate;
  let middle: MadeCertificate;
  let leaf: MadeCertificate;
  beforeAll(() => {
    maker = new CertificateMaker();
    root = maker.make({ subject: '/O=Acme/CN=Root', algorithm, days: 3650, extensions: AUTHORITY });
    middle = maker.make({
      subject: '/O=Acme/CN=Issuing',
      algorithm,
      issuer: root,
      days: 1000,
      extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0', AUTHORITY[1] ?? ''],
    });
    leaf = maker.make({ subject: '/O=Acme/CN=ann', algorithm, issuer: middle, extensions: MEMBER });
  });
  afterAll(() => maker[Symbol.dispose]());

  const under = (
    issuer: MadeCertificate,
    extensions: readonly string[],
    subject = '/CN=x',
  ): MadeCertificate => maker.make({ subject, algorithm, issuer, extensions });

  it('holds: below the root, below an intermediate, with the root sent along', () => {
    expect(judged([leaf, middle], [root])).toBe('ok');
    expect(judged([leaf], [middle])).toBe('ok');
    expect(judged([leaf, middle, root], [root])).toBe('ok');
    const verdict = judgeChain({ chain: [leaf.der, middle.der], anchors: [root.der], timeMs: now });
    if (!verdict.ok) throw new Error(verdict.code);
    expect(verdict.algorithm).toBe(algorithm);
    expect(toHex(verdict.publicKey)).toBe(publicKeyHex(leaf));
    expect(verdict.notAfter).toBe(verdict.certificate.notAfter);
    expect(verdict.certificate.notAfter - now).toBeGreaterThan(364 * DAY_MS);
    expect(verdict.certificate.notAfter - now).toBeLessThan(366 * DAY_MS);
    expect(codeOf(judgeAuthority(root.der, now))).toBe('ok');
    expect(codeOf(judgeAuthority(middle.der, now))).toBe('ok');
  });

  it('ends with the first of the chain that ends', () => {
    const long = maker.make({
      subject: '/CN=long',
      algorithm,
      issuer: middle,
      days: 2000,
      extensions: MEMBER,
    });
    const verdict = judgeChain({ chain: [long.der, middle.der], anchors: [root.der], timeMs: now });
    expect(verdict.ok && verdict.notAfter).toBe(readCertificate(middle.der)?.notAfter);
    expect(judged([long, middle], [root], now + 1500 * DAY_MS)).toBe('certificate-expired 1');
  });

  it('holds from its first second to its last', () => {
    const { notBefore = 0, notAfter = 0 } = readCertificate(leaf.der) ?? {};
    expect(judged([leaf, middle], [root], notAfter)).toBe('ok');
    expect(judged([leaf, middle], [root], notAfter + 1)).toBe('certificate-expired 0');
    expect(judged([leaf], [middle], notBefore - 1)).toBe('certificate-not-yet-valid 0');
    expect(codeOf(judgeAuthority(root.der, now + 4000 * DAY_MS))).toBe('certificate-expired 0');
  });

  it('refuses another authority, of another name or the same', () => {
    const other = maker.make({ subject: '/O=Beta/CN=Root', algorithm, extensions: AUTHORITY });
    expect(judged([leaf, middle], [other])).toBe('certificate-untrusted 1');
    expect(judged([leaf, middle], [])).toBe('certificate-untrusted 1');
    expect(judged([leaf], [root])).toBe('certificate-untrusted 0');
    const same = maker.make({ subject: '/O=Acme/CN=Root', algorithm, extensions: AUTHORITY });
    expect(judged([leaf, middle], [same])).toBe('certificate-signature 1');
    expect(judged([leaf, middle], [same, root])).toBe('ok');
    expect(judged([leaf, other], [root])).toBe('certificate-untrusted 1');
  });

  it('refuses what is altered, byte by byte', () => {
    const seen = new Set<string>();
    for (let at = 0; at < leaf.der.length; at += 7) {
      const der = leaf.der.slice();
      der[at] = (der[at] ?? 0) ^ 1;
      const verdict = judgeChain({ chain: [der, middle.der], anchors: [root.der], timeMs: now });
      expect(verdict.ok, `byte ${at}`).toBe(false);
      seen.add(codeOf(verdict));
    }
    expect(seen).toContain('certificate-signature 0');
    expect(seen).toContain('certificate-malformed 0');
  });

  it('refuses an issuer that is no authority, and an authority as member', () => {
    const below = under(leaf, MEMBER);
    expect(judged([below, leaf, middle], [root])).toBe('certificate-not-authority 1');
    expect(judged([middle], [root])).toBe('certificate-not-authority 0');
    expect(codeOf(judgeAuthority(leaf.der, now))).toBe('certificate-not-authority 0');
    const plain = under(root, ['keyUsage=critical,keyCertSign']);
    expect(judged([under(plain, MEMBER), plain], [root])).toBe('certificate-not-authority 1');
  });

  it('refuses a path longer than an authority allows, or than all may be', () => {
    const second = under(middle, AUTHORITY, '/O=Acme/CN=Second');
    const deep = under(second, MEMBER);
    expect(judged([deep, second, middle], [root])).toBe('certificate-path-too-long 2');
    const five = Array.from({ length: CHAIN_MAX + 1 }, () => leaf);
    expect(judged(five, [root])).toBe(`certificate-path-too-long ${CHAIN_MAX}`);
  });

  it('refuses keys that may not sign or issue, or serve other purposes alone', () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['keyUsage=critical,keyAgreement'], 'certificate-usage 0'],
      [['basicConstraints=CA:FALSE'], 'certificate-usage 0'],
      [[...MEMBER, 'extendedKeyUsage=serverAuth'], 'certificate-usage 0'],
      [[...MEMBER, 'extendedKeyUsage=critical,serverAuth,clientAuth'], 'ok'],
      [[...MEMBER, 'extendedKeyUsage=1.3.6.1.5.5.7.3.36'], 'ok'],
      [[...MEMBER, 'subjectAltName=critical,email:ann@acme.example'], 'ok'],
    ];
    for (const [extensions, expected] of cases) {
      expect(judged([under(root, extensions)], [root]), extensions.join()).toBe(expected);
    }
    const silent = under(root, ['basicConstraints=CA:TRUE', 'keyUsage=digitalSignature'], '/CN=S');
    expect(judged([under(silent, MEMBER), silent], [root])).toBe('certificate-usage 1');
  });

  it('refuses what it does not know: critical extensions, name constraints, other algorithms', () => {
    const odd = under(root, [...MEMBER, '1.2.3.4.5=critical,DER:0500']);
    expect(judged([odd], [root])).toBe('certificate-extension 0');
    expect(judged([under(root, [...MEMBER, '1.2.3.4.5=DER:0500'])], [root])).toBe('ok');
    const named = under(
      root,
      [...AUTHORITY, 'nameConstraints=permitted;email:acme.example'],
      '/CN=N',
    );
    expect(judged([under(named, MEMBER), named], [root])).toBe('certificate-name-constraints 1');
    expect(codeOf(judgeAuthority(named.der, now))).toBe('certificate-name-constraints 0');
  });
});

describe.skipIf(!hasOpenssl())('chains of two algorithms', () => {
  it('hold when each signs as its key does', () => {
    using maker = new CertificateMaker();
    const root = maker.make({ subject: '/CN=R', algorithm: 'es256', extensions: AUTHORITY });
    const leaf = maker.make({
      subject: '/CN=l',
      algorithm: 'ed25519',
      issuer: root,
      issuerAlgorithm: 'es256',
      extensions: MEMBER,
    });
    expect(judged([leaf], [root])).toBe('ok');
    const verdict = judgeChain({ chain: [leaf.der], anchors: [root.der], timeMs: now });
    expect(verdict.ok && verdict.algorithm).toBe('ed25519');
  });
});

function publicKeyHex({ der }: MadeCertificate): string {
  const key = readCertificate(der)?.key;
  if (key === undefined) throw new Error('no key');
  return toHex(key.publicKey);
}

it('has no verdict but a refusal for no certificate at all', () => {
  expect(codeOf(judgeChain({ chain: [], anchors: [], timeMs: 0 }))).toBe('certificate-malformed 0');
  expect(codeOf(judgeAuthority(new Uint8Array(), 0))).toBe('certificate-malformed 0');
  expect(publicKeyFromSpki('none').ok).toBe(false);
});

// Goal: an organisation's own authority brings its members' keys in, and they count as long as a certificate holds them up: by the
// block's time, by renewal without a gap, until they are revoked. Method: authorities and certificates made by OpenSSL, a chain
// whose blocks go over days and years, the state looked at after each step.
import { CertificateMaker, AUTHORITY, MEMBER } from '@hefu/crypto/testing/certificates';
import type { CertificateWish, MadeCertificate } from '@hefu/crypto/testing/certificates';
import { hasOpenssl } from '@hefu/crypto/testing/openssl';
import type { TestHost } from '@hefu/contract/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CERTIFICATES_ENDED_MAX,
  CERTIFICATES_PER_KEY_MAX,
  OPEN_AUTHORITIES_MAX,
} from '../schemas/certificates.ts';
import type { CertificateValue } from '../schemas/certificates.ts';
import type { Intervals, KeyValue } from '../schemas/records.ts';
import { genesisDocument, keyNamed, signer, startHost } from '../testing/consortium.ts';

const [ANN, BOB, CHO, DAN] = ['acme/ann', 'acme/bob', 'acme/cho', 'beta/dan'];
const DAY_MS = 86_400_000;
const hasTool = hasOpenssl();

describe.skipIf(!hasTool)('certificates', () => {
  let maker: CertificateMaker;
  let root: MadeCertificate;
  let other: MadeCertificate;
  let cho: MadeCertificate;
  let host: TestHost;
  beforeAll(() => {
    maker = new CertificateMaker();
    root = maker.make({ subject: '/O=Acme/CN=Root', extensions: AUTHORITY, days: 5000 });
    other = maker.make({ subject: '/O=Beta/CN=Root', extensions: AUTHORITY, days: 5000 });
    cho = certify('/O=Acme/CN=cho', {});
  });
  afterAll(() => maker[Symbol.dispose]());
  beforeEach(() => {
    const document = genesisDocument({
      time: Date.now() + 60_000,
      algorithms: ['ed25519', 'es256', 'sm2'],
    });
    host = startHost(document);
  });

  function certify(subject: string, wish: Partial<CertificateWish>): MadeCertificate {
    return maker.make({ subject, issuer: root, extensions: MEMBER, ...wish });
  }

  const code = (by: string, method: string, args: object): string =>
    host.call(signer(host, by), method, args).code.replace('membership/', '');
  const register = (by = ANN, made = root): string => {
    const output = host.must(signer(host, by), 'addAuthority', { certificate: made.der });
    host.advance();
    return (output as { readonly authority: string }).authority;
  };
  const chainOf = (...made: readonly MadeCertificate[]): Uint8Array[] => made.map(({ der }) => der);

  interface Enrolled {
    readonly certificate: string;
    readonly key: string;
    readonly from: number;
    readonly notAfter: number;
  }
  const enrol = (made: MadeCertificate, by = ANN, member = CHO): Enrolled => {
    const args = { member, chain: chainOf(made) };
    return host.must(signer(host, by), 'enrolCertificate', args) as unknown as Enrolled;
  };
  const counts = (collection: 'keys' | 'certificates', id: string): boolean => {
    const value = host.value(collection, id) as { readonly active: Intervals } | undefined;
    return (value?.active ?? []).some(
      ([from, to]) => host.height >= from && (to === null || host.height < to),
    );
  };

  it('bring a key in that counts from the next block on, with its expiry', () => {
    const authority = register();
    const made = enrol(cho);
    expect(made.from).toBe(host.height + 1);
    expect(counts('keys', made.key)).toBe(false);
    host.advance();
    expect(counts('keys', made.key)).toBe(true);
    const key = host.value('keys', made.key) as unknown as KeyValue;
    expect(key).toMatchObject({ member: CHO, algorithm: 'ed25519', purpose: 'sign' });
    const value = host.value('certificates', made.certificate) as unknown as CertificateValue;
    expect(value).toMatchObject({ member: CHO, authority, key: made.key });
    expect(value.notAfter).toBe(made.notAfter);
    // What names people is in the statement alone.
    expect(Object.values(value).some((each) => each instanceof Uint8Array)).toBe(false);
  });

  it.each(['es256', 'sm2'] as const)('bring keys of %s in', (algorithm) => {
    const own = maker.make({ subject: '/CN=Own', algorithm, extensions: AUTHORITY });
    register(ANN, own);
    const leaf = maker.make({ subject: '/CN=cho', algorithm, issuer: own, extensions: MEMBER });
    const { key } = enrol(leaf);
    expect(host.value('keys', key)).toMatchObject({ algorithm, member: CHO });
  });

  it('of an algorithm that the chain does not admit bring nothing in', () => {
    host = startHost(genesisDocument({ time: Date.now() + 60_000 }));
    register();
    const sm2 = certify('/CN=cho', { algorithm: 'sm2', issuerAlgorithm: 'ed25519' });
    expect(code(ANN, 'enrolCertificate', { member: CHO, chain: chainOf(sm2) })).toBe(
      'algorithm-not-admitted',
    );
  });

  it('end by the block’s time, and the key with them', () => {
    register();
    const short = certify('/CN=short', { days: 10 });
    const made = enrol(short);
    host.advance();
    const left = made.notAfter - host.time;
    host.advance(left);
    expect([host.time, counts('keys', made.key)]).toEqual([made.notAfter, true]);
    const outcomes = host.advance(1);
    expect(outcomes.map((outcome) => outcome.code)).toEqual(['ok']);
    host.advance();
    expect(counts('keys', made.key)).toBe(false);
    expect(counts('certificates', made.certificate)).toBe(false);
    expect(host.events.at(-1)).toMatchObject({
      name: 'keyClosed',
      data: { key: made.key, reason: 'expired' },
    });
    expect(code(ANN, 'enrolCertificate', { member: CHO, chain: chainOf(short) })).toBe(
      'certificate-expired',
    );
  });

  it('that hold longer than anything is scheduled ahead end in time all the same', () => {
    register();
    const long = certify('/CN=long', { days: 4000 });
    const made = enrol(long);
    host.advance(3650 * DAY_MS);
    host.advance();
    expect(counts('keys', made.key)).toBe(true);
    host.advance(400 * DAY_MS);
    host.advance();
    expect(counts('keys', made.key)).toBe(false);
  });

  it('are renewed without a gap by the member itself, for the same key and for another', () => {
    register();
    const first = certify('/CN=cho', { days: 30 });
    const made = enrol(first);
    host.advance();
    const same = enrol(certify('/CN=cho', { days: 60, keyOf: first }), CHO);
    expect(same.key).toBe(made.key);
    const next = enrol(certify('/CN=cho', { days: 90 }), CHO);
    expect(next.key).not.toBe(made.key);
    const alive: [number, boolean, boolean][] = [];
    for (const day of [20, 20, 30, 30]) {
      host.advance(day * DAY_MS);
      host.advance();
      const at = Math.round((host.time - (made.notAfter - 30 * DAY_MS)) / DAY_MS);
      alive.push([at, counts('keys', made.key), counts('keys', next.key)]);
    }
    expect(alive.map(([, old, fresh]) => [old, fresh])).toEqual([
      [true, true],
      [true, true],
      [false, true],
      [false, false],
    ]);
    expect(counts('certificates', made.certificate)).toBe(false);
  });

  it('are enrolled by a member itself for nothing but a renewal', () => {
    register();
    const chain = chainOf(cho);
    expect(code(CHO, 'enrolCertificate', { member: CHO, chain })).toBe('not-a-renewal');
    enrol(cho);
    host.advance();
    const foreign = certify('/CN=somebody else', {});
    expect(code(CHO, 'enrolCertificate', { member: CHO, chain: chainOf(foreign) })).toBe(
      'not-a-renewal',
    );
    // The same name by another authority of the organisation is no renewal either.
    const second = maker.make({ subject: '/O=Acme/CN=Second', extensions: AUTHORITY });
    register(ANN, second);
    const elsewhere = certify('/O=Acme/CN=cho', { issuer: second });
    expect(code(CHO, 'enrolCertificate', { member: CHO, chain: chainOf(elsewhere) })).toBe(
      'not-a-renewal',
    );
    enrol(certify('/O=Acme/CN=cho', {}), CHO);
  });

  it('of other organisations, of others’ keys and twice are refused', () => {
    register();
    register(DAN, other);
    const foreign = maker.make({ subject: '/CN=x', issuer: other, extensions: MEMBER });
    const cases: readonly (readonly [string, string, readonly MadeCertificate[], string])[] = [
      [ANN, CHO, [foreign], 'certificate-untrusted'],
      [DAN, CHO, [cho], 'not-yours'],
      [CHO, BOB, [cho], 'not-yours'],
      [DAN, DAN, [cho], 'certificate-untrusted'],
      [ANN, 'acme/nobody', [cho], 'unknown-member'],
      [ANN, CHO, [root], 'certificate-not-authority'],
    ];
    for (const [by, member, chain, expected] of cases) {
      expect(code(by, 'enrolCertificate', { member, chain: chainOf(...chain) }), expected).toBe(
        expected,
      );
    }
    const altered = cho.der.slice();
    altered[altered.length - 3] = (altered.at(-3) ?? 0) ^ 1;
    expect(code(ANN, 'enrolCertificate', { member: CHO, chain: [altered] })).toBe(
      'certificate-signature',
    );
    enrol(cho);
    expect(code(ANN, 'enrolCertificate', { member: CHO, chain: chainOf(cho) })).toBe(
      'certificate-exists',
    );
    const again = certify('/CN=thief', { keyOf: cho });
    expect(code(ANN, 'enrolCertificate', { member: BOB, chain: chainOf(again) })).toBe(
      'key-of-another',
    );
  });

  it('are revoked by an admin or the member, and stay so', () => {
    register();
    const made = enrol(cho);
    host.advance();
    expect(code(DAN, 'revokeCertificate', made)).toBe('args-invalid');
    const { certificate } = made;
    expect(code(DAN, 'revokeCertificate', { certificate })).toBe('not-yours');
    expect(code(BOB, 'revokeCertificate', { certificate })).toBe('ok');
    expect(counts('keys', made.key)).toBe(true);
    host.advance();
    expect(counts('keys', made.key)).toBe(false);
    expect(code(BOB, 'revokeCertificate', { certificate })).toBe('certificate-ended');
    const args = { member: CHO, chain: chainOf(cho) };
    expect(code(ANN, 'enrolCertificate', args)).toBe('certificate-exists');
    const same = certify('/O=Acme/CN=cho', { keyOf: cho });
    expect(code(ANN, 'enrolCertificate', { member: CHO, chain: chainOf(same) })).toBe('key-closed');
    expect(code(CHO, 'enrolCertificate', { member: CHO, chain: chainOf(same) })).toBe(
      'not-a-renewal',
    );
    expect(code(BOB, 'revokeCertificate', { certificate: 'ab'.repeat(32) })).toBe(
      'unknown-certificate',
    );
  });

  it('leave a key that another certificate holds up', () => {
    register();
    const made = enrol(cho);
    const second = enrol(certify('/O=Acme/CN=cho', { keyOf: cho, days: 700 }));
    host.advance();
    host.must(signer(host, ANN), 'revokeCertificate', { certificate: made.certificate });
    host.advance();
    expect(counts('keys', second.key)).toBe(true);
    host.advance(699 * DAY_MS);
    host.advance();
    expect(counts('keys', second.key)).toBe(true);
    host.advance(2 * DAY_MS);
    host.advance();
    expect(counts('keys', second.key)).toBe(false);
  });

  it('do not pile up on one key, and all of them end', () => {
    register();
    const first = certify('/CN=many', { days: 20 });
    const { key } = enrol(first);
    for (let index = 1; index < CERTIFICATES_PER_KEY_MAX; index++) {
      enrol(certify('/CN=many', { keyOf: first, days: 20 + index }));
    }
    const more = { member: CHO, chain: chainOf(certify('/CN=many', { keyOf: first, days: 99 })) };
    expect(code(ANN, 'enrolCertificate', more)).toBe('too-many-certificates');
    host.advance(25 * DAY_MS);
    host.advance();
    expect(counts('keys', key)).toBe(true);
    host.advance(25 * DAY_MS);
    host.advance();
    expect(counts('keys', key)).toBe(false);
    for (const [id] of host.values('certificates')) expect(counts('certificates', id)).toBe(false);
  });

  it('do not take the last key of a last admin by hand', () => {
    host = startHost(genesisDocument({ time: Date.now() + 60_000, keys: [] }));
    register(DAN, other);
    const leaf = maker.make({ subject: '/CN=dan', issuer: other, extensions: MEMBER });
    const { certificate } = enrol(leaf, DAN, DAN);
    host.advance();
    expect(code(DAN, 'revokeCertificate', { certificate })).toBe('last-key');
  });

  it('end with their authority, some in each block, and not those of another', () => {
    const authority = register();
    const second = maker.make({ subject: '/O=Acme/CN=Second', extensions: AUTHORITY });
    register(ANN, second);
    const kept = enrol(certify('/CN=kept', { issuer: second }), ANN, BOB);
    // The same authority serves another organisation, which goes on trusting it.
    register(DAN);
    const shared = enrol(certify('/CN=dan', {}), DAN, DAN);
    const many = Array.from({ length: CERTIFICATES_ENDED_MAX + 3 }, (_, index) =>
      enrol(certify(`/CN=cho ${index}`, {})),
    );
    host.advance();
    const byIts = { ...signer(host, CHO), roles: ['admin'], keyId: many[0]?.key ?? '' };
    expect(host.call(byIts, 'removeAuthority', { authority }).code).toBe(
      'membership/certified-by-it',
    );
    expect(code(CHO, 'removeAuthority', { authority })).toBe('not-permitted');
    const unknown = { authority: 'ab'.repeat(32) };
    expect(code(DAN, 'removeAuthority', unknown)).toBe('unknown-authority');
    host.must(signer(host, ANN), 'removeAuthority', { authority });
    const left = (): number => many.filter(({ key }) => counts('keys', key)).length;
    host.advance();
    expect(left()).toBe(CERTIFICATES_ENDED_MAX + 3);
    host.advance();
    // The other organisation's, which stays, may stand among them.
    expect([3, 4]).toContain(left());
    host.advance();
    expect(left()).toBe(0);
    expect([counts('keys', kept.key), counts('keys', shared.key)]).toEqual([true, true]);
    const args = { member: CHO, chain: chainOf(cho) };
    expect(code(ANN, 'enrolCertificate', args)).toBe('certificate-untrusted');
    expect(code(ANN, 'removeAuthority', { authority })).toBe('authority-removed');
    register();
    enrol(cho);
  });

  it('need an authority that is one, registered by an admin of its organisation', () => {
    expect(code(CHO, 'addAuthority', { certificate: root.der })).toBe('not-permitted');
    expect(code(ANN, 'addAuthority', { certificate: cho.der })).toBe('certificate-not-authority');
    expect(code(ANN, 'addAuthority', { certificate: Uint8Array.of(48, 0) })).toBe(
      'certificate-malformed',
    );
    register();
    expect(code(ANN, 'addAuthority', { certificate: root.der })).toBe('authority-exists');
    // Another organisation may trust the same one, for its own members.
    register(DAN);
    enrol(certify('/CN=dan', {}), DAN, DAN);
    host.advance(6000 * DAY_MS);
    expect(code(ANN, 'addAuthority', { certificate: other.der })).toBe('certificate-expired');
  });

  it('need no more authorities than an organisation may have', () => {
    const made = Array.from({ length: OPEN_AUTHORITIES_MAX }, (_, index) =>
      maker.make({ subject: `/CN=A${index}`, extensions: AUTHORITY }),
    );
    for (const each of made) register(ANN, each);
    expect(code(ANN, 'addAuthority', { certificate: root.der })).toBe('too-many-authorities');
  });

  it('hold a key up that the member had before', () => {
    register();
    const plain = certify('/CN=plain', { days: 5 });
    const made = enrol(plain);
    expect(made.key).not.toBe(keyNamed(CHO).id);
    host.advance(6 * DAY_MS);
    host.advance();
    expect(counts('keys', made.key)).toBe(false);
    expect(counts('keys', keyNamed(CHO).id)).toBe(true);
  });
});

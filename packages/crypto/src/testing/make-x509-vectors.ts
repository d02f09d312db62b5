// Makes vectors/x509.json anew: `node --conditions=source packages/crypto/src/testing/make-x509-vectors.ts > vectors/x509.json`. The authorities and
// certificates are by OpenSSL and differ in each run; the file that is checked in stays, so that what was judged once is judged so for ever.
import { toBase64, toHex } from '@hefu/bytes';
import type { SignatureAlgorithm } from '../algorithm.ts';
import { hash } from '../hash.ts';
import { judgeChain } from '../x509/chain.ts';
import { AUTHORITY, CertificateMaker, MEMBER } from './certificates.ts';
import type { MadeCertificate } from './certificates.ts';

const DAY_MS = 86_400_000;
const ABOUT =
  'Chains of X.509 certificates (base64 DER, the member’s first) against registered authorities at a time, and what each is judged. docs/operating/certificates.md';

interface Case {
  readonly name: string;
  readonly chain: readonly Uint8Array[];
  readonly anchors: readonly MadeCertificate[];
  readonly timeMs: number;
}

function* casesOf(maker: CertificateMaker, algorithm: SignatureAlgorithm): Generator<Case> {
  const timeMs = Math.floor(Date.now() / 1000) * 1000 + 60_000;
  const root = maker.make({
    subject: '/O=Acme/CN=R',
    algorithm,
    days: 9000,
    extensions: AUTHORITY,
  });
  const bounded = ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign'];
  const under = (
    issuer: MadeCertificate,
    subject: string,
    extensions: readonly string[],
  ): MadeCertificate => maker.make({ subject, algorithm, issuer, days: 4000, extensions });
  const middle = under(root, '/O=Acme/CN=I', bounded);
  const leaf = under(middle, '/O=Acme/CN=l', MEMBER);
  const other = maker.make({ subject: '/O=Beta/CN=R', algorithm, extensions: AUTHORITY });
  const made = (
    name: string,
    chain: readonly MadeCertificate[],
    anchors: readonly MadeCertificate[] = [root],
    at = timeMs,
  ): Case => ({
    name: `${algorithm}: ${name}`,
    chain: chain.map(({ der }) => der),
    anchors,
    timeMs: at,
  });
  yield made('holds', [leaf, middle]);
  yield made('holds with the root sent along', [leaf, middle, root]);
  yield made('holds below a registered intermediate', [leaf], [other, middle]);
  yield made('another authority', [leaf, middle], [other]);
  yield made('before it begins', [leaf, middle], [root], timeMs - 400 * DAY_MS);
  yield made('after it ends', [leaf, middle], [root], timeMs + 4001 * DAY_MS);
  yield made('an authority as member', [middle]);
  yield made('a member as issuer', [under(leaf, '/CN=x', MEMBER), leaf, middle]);
  const second = under(middle, '/CN=S', AUTHORITY);
  yield made('too long a path', [under(second, '/CN=x', MEMBER), second, middle]);
  yield made('a key that may not sign', [under(root, '/CN=x', ['keyUsage=keyAgreement'])]);
  yield made('an unknown critical extension', [
    under(root, '/CN=x', [...MEMBER, '1.2.3.4=critical,DER:0500']),
  ]);
  const named = under(root, '/CN=N', [...AUTHORITY, 'nameConstraints=permitted;email:a.example']);
  yield made('name constraints', [under(named, '/CN=x', MEMBER), named]);
  const altered = leaf.der.slice();
  altered[altered.length - 2] = (altered.at(-2) ?? 0) ^ 1;
  yield { ...made('an altered signature', [leaf, middle]), chain: [altered, middle.der] };
  yield { ...made('bytes behind', [leaf]), chain: [Uint8Array.from([...leaf.der, 0]), middle.der] };
}

using maker = new CertificateMaker();
const vectors = (['ed25519', 'es256', 'sm2'] as const).flatMap((algorithm) =>
  [...casesOf(maker, algorithm)].map(({ name, chain, anchors, timeMs }) => {
    const ders = anchors.map(({ der }) => der);
    const verdict = judgeChain({ chain, anchors: ders, timeMs });
    const expected = verdict.ok
      ? {
          algorithm: verdict.algorithm,
          publicKey: toHex(verdict.publicKey),
          anchor: verdict.anchor,
          notBefore: verdict.certificate.notBefore,
          notAfter: verdict.notAfter,
          sha256: toHex(hash('sha256', verdict.certificate.tbs)),
          sm3: toHex(hash('sm3', verdict.certificate.tbs)),
        }
      : { code: verdict.code, at: verdict.at };
    return {
      name,
      chain: chain.map((der) => toBase64(der)),
      anchors: ders.map((der) => toBase64(der)),
      timeMs,
      expected,
    };
  }),
);
process.stdout.write(
  `${JSON.stringify({ format: 'hefu-vectors/x509/1', about: ABOUT, cases: vectors }, undefined, 2)}\n`,
);

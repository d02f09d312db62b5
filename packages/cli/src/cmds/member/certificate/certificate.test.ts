// Goal: an organisation with an authority of its own brings a member's key in by certificate, the member deposits by it, renews it by
// itself, and is refused once it is revoked; in both suites. Method: OpenSSL's authority and certificates, a real node, the
// program's own commands.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AUTHORITY, CertificateMaker, MEMBER } from '@hefu/crypto/testing/certificates';
import type { MadeCertificate } from '@hefu/crypto/testing/certificates';
import { hasOpenssl } from '@hefu/crypto/testing/openssl';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestPlace } from '../../../testing/test-node.ts';

/** How often a test looks for what comes by itself; each look takes some milliseconds. */
const LOOKS_MAX = 200;
/** How long the shortest certificate holds: the commands before its end take some hundred milliseconds each. */
const LIFE_MS = 8_000;
const hasTool = hasOpenssl();
const SUITES = [
  ['international', 'es256'],
  ['gm', 'sm2'],
] as const;

interface Listed {
  readonly id: string;
  readonly member: string;
  readonly key: string;
  readonly status: string;
  readonly ended: string | null;
  readonly notAfter: number;
}

describe.skipIf(!hasTool).each(SUITES)(
  'certificates on a chain of the %s suite',
  (suite, algorithm) => {
    let maker: CertificateMaker;
    let place: TestPlace;
    let root: MadeCertificate;
    let middle: MadeCertificate;
    let clerk: MadeCertificate;

    beforeAll(async () => {
      maker = new CertificateMaker();
      const made = { algorithm, days: 2000 };
      root = maker.make({ subject: '/O=Acme/CN=Root', ...made, extensions: AUTHORITY });
      middle = maker.make({ subject: '/CN=I', ...made, issuer: root, extensions: AUTHORITY });
      clerk = certify(30);
      place = new TestPlace();
      await place.must('init', '--sample', '--suite', suite);
      await place.start();
      await place.must('member', 'add', 'clerk', '--kind', 'person');
      await place.must('key', 'import', `${clerk.path}.key`, '--member', 'clerk');
    });
    afterAll(async () => {
      await place[Symbol.asyncDispose]();
      maker[Symbol.dispose]();
    });

    function certify(days: number, keyOf?: MadeCertificate): MadeCertificate {
      return maker.make({
        ...(keyOf === undefined ? {} : { keyOf }),
        subject: '/O=Acme/CN=clerk',
        algorithm,
        issuer: middle,
        days,
        extensions: MEMBER,
      });
    }
    const codeOf = async (...words: readonly string[]): Promise<string> => {
      const { out, err, exit } = await place.run(...words, '--json');
      return exit === 0 ? 'ok' : (/"code":"([^"]+)"/.exec(out + err)?.[1] ?? `${exit}`);
    };
    const list = async (...more: readonly string[]): Promise<Listed[]> => {
      const { out } = await place.must('member', 'certificate', 'list', ...more, '--json');
      return out
        .trim()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Listed);
    };
    const deposit = async (name: string): Promise<string> => {
      const paper = place.path(`${name}.txt`);
      writeFileSync(paper, `${suite} ${name}`);
      return codeOf('evidence', 'deposit', paper, '--as', 'clerk', '--out', place.path(name));
    };

    it('count after the authority is registered, and the receipt of what they sign verifies', async () => {
      const file = place.path('clerk-chain.pem');
      writeFileSync(file, clerk.pem + middle.pem);
      const enrol = ['member', 'certificate', 'import', file, '--member', 'clerk'];
      expect(await codeOf(...enrol)).toBe('membership/certificate-untrusted');
      expect(await codeOf('org', 'ca', 'add', `${clerk.path}.pem`)).toBe(
        'membership/certificate-not-authority',
      );
      await place.must('org', 'ca', 'add', `${root.path}.pem`);
      const { out } = await place.must('org', 'ca', 'list', '--json');
      expect(JSON.parse(out)).toMatchObject({ status: 'active' });
      await place.must(...enrol);
      expect(await deposit('first')).toBe('ok');
      const [receipt] = readdirSync(place.path('first')).filter((name) => name.endsWith('.json'));
      const verified = await place.must(
        'verify',
        join(place.path('first'), receipt ?? ''),
        '--json',
      );
      expect(verified.out).toContain('"ok":true');
      const [certificate] = await list('--member', 'clerk');
      expect(certificate).toMatchObject({ status: 'active', ended: null });
      const shown = await place.must('member', 'show', 'clerk');
      expect(shown.out).toContain(new Date(certificate?.notAfter ?? 0).toISOString().slice(0, 10));
    });

    it('are renewed by the member itself, in DER with the chain apart', async () => {
      const next = certify(60, clerk);
      const der = place.path('next.der');
      writeFileSync(der, next.der);
      const chain = ['--chain', `${middle.path}.pem`];
      const enrol = ['member', 'certificate', 'import', der, ...chain, '--member', 'clerk'];
      await place.must(...enrol, '--as', 'clerk');
      expect(await codeOf(...enrol, '--as', 'clerk')).toBe('membership/certificate-exists');
      const listed = await list('--member', 'clerk');
      expect(new Set(listed.map(({ key }) => key)).size).toBe(1);
      expect(listed.map(({ status }) => status)).toEqual(['active', 'active']);
      expect(await deposit('second')).toBe('ok');
    });

    it('are revoked: one leaves the key, the last one takes it along', async () => {
      const [one, two] = await list('--member', 'clerk');
      const revoke = ['member', 'certificate', 'revoke'];
      await place.must(...revoke, one?.id ?? '', '--yes');
      expect(await deposit('third')).toBe('ok');
      await place.must(...revoke, two?.id ?? '', '--yes');
      expect(await deposit('fourth')).not.toBe('ok');
      const { out } = await place.must('member', 'certificate', 'show', two?.id ?? '', '--json');
      expect(JSON.parse(out)).toMatchObject({ status: 'closed', ended: 'revoked' });
      expect(await codeOf(...revoke, two?.id ?? '', '--yes')).toBe('membership/certificate-ended');
    });

    it('end with their authority', async () => {
      const fresh = certify(90);
      const file = place.path('fresh.pem');
      writeFileSync(file, fresh.pem + middle.pem);
      await place.must('member', 'certificate', 'import', file, '--member', 'clerk');
      const { out } = await place.must('org', 'ca', 'list', '--json');
      const { id } = JSON.parse(out) as { readonly id: string };
      await place.must('org', 'ca', 'remove', id, '--yes');
      const ends = async (): Promise<unknown[]> =>
        (await list()).filter(({ ended }) => ended === 'authority-removed');
      // In the blocks that follow, which an idle node makes by itself.
      for (let look = 0; look < LOOKS_MAX && (await ends()).length === 0; look++) {
        await place.must('node', 'status');
      }
      expect(await ends()).toHaveLength(1);
    });

    it('are told apart from files that hold none', async () => {
      const file = place.path('none.pem');
      writeFileSync(file, 'none');
      expect(await codeOf('org', 'ca', 'add', file)).toBe('certificate-malformed');
      const two = place.path('two.pem');
      writeFileSync(two, root.pem + middle.pem);
      expect(await codeOf('org', 'ca', 'add', two)).toBe('usage');
    });
  },
);

describe.skipIf(!hasTool)('a certificate that ends while the node runs', () => {
  it('takes its key along in the block after its last second, which the node makes by itself', async () => {
    using maker = new CertificateMaker();
    await using place = new TestPlace();
    await place.must('init', '--sample');
    await place.start();
    const root = maker.make({ subject: '/O=Acme/CN=Root', extensions: AUTHORITY });
    await place.must('org', 'ca', 'add', `${root.path}.pem`);
    await place.must('member', 'add', 'clerk', '--kind', 'person');
    const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + LIFE_MS);
    const made = maker.make({ subject: '/CN=clerk', issuer: root, until, extensions: MEMBER });
    await place.must('key', 'import', `${made.path}.key`, '--member', 'clerk');
    const own = ['--member', 'clerk'];
    await place.must('member', 'certificate', 'import', `${made.path}.pem`, ...own);
    const paper = place.path('paper.txt');
    writeFileSync(paper, 'paper');
    const deposit = async (out: string): Promise<number> =>
      (await place.run('evidence', 'deposit', paper, '--as', 'clerk', '--out', place.path(out)))
        .exit;
    expect(await deposit('before')).toBe(0);
    const state = async (): Promise<Listed> => {
      const { out } = await place.must('member', 'certificate', 'list', ...own, '--json');
      return JSON.parse(out.trim()) as Listed;
    };
    expect(await state()).toMatchObject({ status: 'active', notAfter: until.getTime() });
    while ((await state()).ended === null) {
      expect(Date.now(), 'the certificate did not end').toBeLessThan(until.getTime() + LIFE_MS);
      await place.must('node', 'status');
    }
    expect(Date.now()).toBeGreaterThan(until.getTime());
    expect(await state()).toMatchObject({ status: 'closed', ended: 'expired' });
    expect(await deposit('after')).not.toBe(0);
    const shown = await place.must('member', 'show', 'clerk', '--json');
    expect(JSON.parse(shown.out)).toMatchObject({ keys: [{ status: 'closed', expires: null }] });
  });
});

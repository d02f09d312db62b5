// Goal: keys at a signing service sign through the port, with proof on both sides, and whatever the service does has its code. Method:
// a service over a unix socket and over TLS with certificates by OpenSSL; wrong answers, wrong parties, no answer.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBase64 } from '@hefu/bytes';
import { randomBytes } from '@hefu/crypto/random';
import { verify } from '@hefu/crypto/sign';
import { AUTHORITY, CertificateMaker } from '@hefu/crypto/testing/certificates';
import type { MadeCertificate } from '@hefu/crypto/testing/certificates';
import { hasOpenssl } from '@hefu/crypto/testing/openssl';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeystore } from '../keystore.ts';
import { SignerError } from '../signer.ts';
import { openSigners } from '../signers.ts';
import { startSigningService } from '../testing/signing-service.ts';
import type { SigningService } from '../testing/signing-service.ts';
import { SERVICE_ANSWER_BYTES_MAX, SERVICE_WAITING_MAX, SignerService } from './signer-service.ts';
import type { ServiceAccess } from './signer-service.ts';

const MESSAGE = new TextEncoder().encode('what is to be signed');

const failure = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'signed',
    (error: unknown) => (error instanceof SignerError ? error.code : String(error)),
  );

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hefu-service-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('a signing service on a socket', () => {
  let running: SigningService;
  let access: ServiceAccess;
  beforeAll(async () => {
    const socketPath = join(directory, 's.sock');
    running = await startSigningService({ socketPath });
    access = { socketPath };
  });
  afterAll(async () => running[Symbol.asyncDispose]());

  it.each(['ed25519', 'es256', 'sm2'] as const)('signs with %s', async (algorithm) => {
    using service = new SignerService(access);
    const key = await service.key(algorithm);
    expect(key.algorithm).toBe(algorithm);
    const signature = await service.sign(key, MESSAGE);
    expect(verify(algorithm, key.publicKey, MESSAGE, signature)).toBe(true);
  });

  it('signs for a key of the keystore, which holds a reference that can’t be changed', async () => {
    using service = new SignerService(access);
    const { algorithm, publicKey } = await service.key('ed25519');
    const folder = join(directory, 'keys');
    const opened = openKeystore({ directory: folder, masterKey: randomBytes(32) });
    if (!opened.ok) throw new Error(opened.code);
    const { keystore } = opened;
    const added = keystore.reference({
      algorithm,
      publicKey,
      purpose: 'sign',
      hashName: 'sm3',
      service: { key: 'ed25519' },
    });
    if (!added.ok) throw new Error(added.code);
    const { id } = added.key;
    expect(keystore.list().keys).toMatchObject([{ id, service: { key: 'ed25519' } }]);
    expect(keystore.signer(id)).toMatchObject({ code: 'key-at-service' });
    using signers = openSigners(keystore, { service: access });
    const found = signers.of(id);
    if (!found.ok) throw new Error(found.code);
    const signature = await found.signer.sign(MESSAGE);
    expect(verify(algorithm, publicKey, MESSAGE, signature)).toBe(true);
    expect(signers.syncOf(id)).toMatchObject({ code: 'key-at-service' });
    expect(openSigners(keystore, {}).of(id)).toMatchObject({ code: 'service-not-configured' });
    const file = join(folder, `${id}.json`);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"key": "ed25519"', '"key": "another"'));
    expect(signers.of(id)).toMatchObject({ code: 'key-file-damaged' });
  });

  it('is not believed', async () => {
    using service = new SignerService(access);
    const key = await service.key('ed25519');
    expect(await failure(service.key('nobody'))).toBe('service-refused');
    const other = await service.key('es256');
    expect(await failure(service.sign({ ...key, key: other.key }, MESSAGE))).toBe(
      'service-answer-wrong',
    );
    const answers: readonly (readonly [string, string])[] = [
      ['service-answer-wrong', 'no JSON'],
      ['service-answer-wrong', '[]'],
      ['service-answer-wrong', '{"signature": 5}'],
      ['service-answer-wrong', `{"signature": "${toBase64(new Uint8Array(64))}"}`],
      ['service-answer-wrong', ' '.repeat(SERVICE_ANSWER_BYTES_MAX + 1)],
    ];
    for (const [code, text] of answers) {
      running.answer = (response) => void response.end(text);
      expect(await failure(service.sign(key, MESSAGE)), text.slice(0, 30)).toBe(code);
      expect(await failure(service.key('ed25519')), text.slice(0, 30)).toBe(code);
    }
    running.answer = (response) => void response.writeHead(302, { location: '/x' }).end();
    expect(await failure(service.sign(key, MESSAGE))).toBe('service-refused');
    running.answer = (response) => void response.destroy();
    expect(await failure(service.sign(key, MESSAGE))).toBe('service-unreachable');
    running.answer = undefined;
    expect(await failure(service.sign(key, MESSAGE))).toBe('signed');
  });

  it('is asked for so many signatures at a time and no more', async () => {
    using service = new SignerService(access);
    const key = await service.key('ed25519');
    const all = await Promise.all(
      Array.from({ length: SERVICE_WAITING_MAX + 2 }, async () =>
        failure(service.sign(key, MESSAGE)),
      ),
    );
    expect(all.filter((each) => each === 'service-busy')).toHaveLength(2);
    expect(all.filter((each) => each === 'signed')).toHaveLength(SERVICE_WAITING_MAX);
  });

  it('is missed when it is not there', async () => {
    using service = new SignerService({ socketPath: join(directory, 'none.sock') });
    expect(await failure(service.key('ed25519'))).toBe('service-unreachable');
  });
});

describe.skipIf(!hasOpenssl())('a signing service over TLS', () => {
  let maker: CertificateMaker;
  let root: MadeCertificate;
  let client: MadeCertificate;
  let running: SigningService;
  beforeAll(async () => {
    maker = new CertificateMaker();
    root = maker.make({ subject: '/CN=Root', algorithm: 'es256', extensions: AUTHORITY });
    const server = certify(root, ['extendedKeyUsage=serverAuth', 'subjectAltName=IP:127.0.0.1']);
    client = certify(root, ['extendedKeyUsage=clientAuth']);
    running = await startSigningService({
      tls: { cert: server.pem, key: server.keyPem, ca: root.pem },
    });
  });
  afterAll(async () => {
    await running[Symbol.asyncDispose]();
    maker[Symbol.dispose]();
  });

  function certify(issuer: MadeCertificate, extensions: readonly string[]): MadeCertificate {
    return maker.make({ subject: '/CN=x', algorithm: 'es256', issuer, extensions });
  }
  const access = (own: MadeCertificate, trusted: MadeCertificate): ServiceAccess => ({
    url: running.url,
    certificate: own.pem,
    privateKey: own.keyPem,
    authorities: trusted.pem,
  });

  it('signs for whom it knows', async () => {
    using service = new SignerService(access(client, root));
    const key = await service.key('ed25519');
    expect(await failure(service.sign(key, MESSAGE))).toBe('signed');
  });

  it('lets no stranger in, and a service that is a stranger is told nothing', async () => {
    const other = maker.make({ subject: '/CN=Root', algorithm: 'es256', extensions: AUTHORITY });
    const before = running.asked.length;
    const stranger = certify(other, ['extendedKeyUsage=clientAuth']);
    using outside = new SignerService(access(stranger, root));
    expect(await failure(outside.key('ed25519'))).toBe('service-unreachable');
    using careful = new SignerService(access(client, other));
    expect(await failure(careful.key('ed25519'))).toBe('service-unreachable');
    expect(running.asked).toHaveLength(before);
  });
});

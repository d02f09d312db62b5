import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignatureAlgorithm } from '../algorithm.ts';
import { derOfPem } from '../key-encoding.ts';
import { generateKeyPair, pkcs8Of } from '../keys.ts';

/** A certificate that OpenSSL made, with its key. */
export interface MadeCertificate {
  readonly der: Uint8Array;
  readonly pem: string;
  /** PKCS #8. */
  readonly keyPem: string;
  /** Where the files lie, without the ending. */
  readonly path: string;
}

/** What is to be certified. */
export interface CertificateWish {
  readonly subject: string;
  readonly algorithm?: SignatureAlgorithm;
  /** Certifies the key of this one again. */
  readonly keyOf?: MadeCertificate;
  /** Itself when absent. */
  readonly issuer?: MadeCertificate;
  /** The issuer's, which says how it signs; that of the key unless given. */
  readonly issuerAlgorithm?: SignatureAlgorithm;
  readonly days?: number;
  /** Ends just then instead, to the second; for Ed25519 and an issuer. */
  readonly until?: Date;
  /** Lines of an OpenSSL extension section. */
  readonly extensions: readonly string[];
}

/** Extensions of an authority, and of a member that signs. */
export const AUTHORITY: readonly string[] = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign,cRLSign',
];
export const MEMBER: readonly string[] = [
  'basicConstraints=critical,CA:FALSE',
  'keyUsage=critical,digitalSignature',
];

/** How each algorithm signs; SM2 with the user id of GM/T 0009. */
const SIGN_ARGUMENTS: Readonly<Record<SignatureAlgorithm, readonly string[]>> = {
  ed25519: [],
  es256: ['-sha256'],
  sm2: ['-sm3', '-sigopt', 'distid:1234567812345678'],
};

/** Makes certificates by the OpenSSL command line, an independent implementation of all of it. */
export class CertificateMaker implements Disposable {
  readonly #directory: string = mkdtempSync(join(tmpdir(), 'hefu-x509-'));
  #count = 0;

  make(wish: CertificateWish): MadeCertificate {
    const name = String(this.#count++);
    const path = join(this.#directory, name);
    const { algorithm = 'ed25519', issuer, days = 365 } = wish;
    const issuerAlgorithm = wish.issuerAlgorithm ?? algorithm;
    const keyPem = wish.keyOf?.keyPem ?? newKeyPem(algorithm);
    writeFileSync(`${path}.key`, keyPem);
    const own = SIGN_ARGUMENTS[algorithm];
    const request = ['-new', '-key', `${path}.key`, '-subj', wish.subject, '-out', `${path}.csr`];
    this.#run('req', ...request, '-config', this.#config(), ...own);
    writeFileSync(`${path}.ext`, `${wish.extensions.join('\n')}\n`);
    const by =
      issuer === undefined
        ? ['-signkey', `${path}.key`]
        : ['-CA', `${issuer.path}.pem`, '-CAkey', `${issuer.path}.key`];
    const verifying = algorithm === 'sm2' ? ['-vfyopt', 'distid:1234567812345678'] : [];
    if (wish.until !== undefined && issuer !== undefined) {
      this.#makeUntil(path, issuer, wish.until);
      const short = readFileSync(`${path}.pem`, 'utf8');
      return { der: derOf(short), pem: short, keyPem, path };
    }
    const into = ['-set_serial', String(1000 + this.#count), '-out', `${path}.pem`];
    const long = ['-days', String(days), '-extfile', `${path}.ext`];
    const signing = [...SIGN_ARGUMENTS[issuerAlgorithm], ...verifying];
    this.#run('x509', '-req', '-in', `${path}.csr`, ...by, ...into, ...long, ...signing);
    const pem = readFileSync(`${path}.pem`, 'utf8');
    return { der: derOf(pem), pem, keyPem, path };
  }

  /** By `openssl ca`, since `openssl x509` of OpenSSL 3.0 knows whole days alone. */
  #makeUntil(path: string, issuer: MadeCertificate, until: Date): void {
    const digits = (date: Date): string => date.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
    writeFileSync(`${path}.index`, '');
    writeFileSync(`${path}.serial`, `${(0x1000 + this.#count).toString(16)}\n`);
    writeFileSync(
      `${path}.cnf`,
      [
        '[ca]\ndefault_ca=d\n[d]',
        `new_certs_dir=${this.#directory}\ndatabase=${path}.index\nserial=${path}.serial`,
        'default_md=default\npolicy=p\n[p]\norganizationName=optional\ncommonName=supplied\n',
      ].join('\n'),
    );
    const from = new Date(until.getTime() - 86_400_000);
    const times = ['-startdate', digits(from), '-enddate', digits(until)];
    const by = ['-cert', `${issuer.path}.pem`, '-keyfile', `${issuer.path}.key`];
    const files = ['-in', `${path}.csr`, '-out', `${path}.pem`, '-extfile', `${path}.ext`];
    this.#run('ca', '-batch', '-notext', '-config', `${path}.cnf`, ...by, ...files, ...times);
  }

  #config(): string {
    const file = join(this.#directory, 'openssl.cnf');
    writeFileSync(file, '[req]\ndistinguished_name=dn\n[dn]\n');
    return file;
  }

  #run(...args: readonly string[]): void {
    execFileSync('openssl', args, { stdio: 'pipe' });
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function newKeyPem(algorithm: SignatureAlgorithm): string {
  return pkcs8Of(algorithm, generateKeyPair(algorithm).privateKey);
}

function derOf(pem: string): Uint8Array {
  const der = derOfPem('CERTIFICATE', pem);
  if (der === undefined) throw new Error('OpenSSL made no certificate');
  return der;
}

// Goal: no secret is compared in a time that tells how much of a guess was right. Method: all sources that hold secrets are searched for
// comparisons of values that are named like one; those of public values are listed here with the reason, and the places where secrets are
// compared must do it by the functions made for that.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Where secrets are: who may come in, keys, what is sealed. */
const FOLDERS = [
  'packages/accounts/src',
  'packages/server/src',
  'packages/keystore/src',
  'packages/vault/src',
  'packages/crypto/src',
];

/** Names of what might be a secret, or what proves that one is known. */
const SECRET = String.raw`\w*(?:[tT]oken|[sS]ecret|[pP]assword|[mM]ac|[tT]ag|[sS]eal|[dD]igest|[hH]ash|[sS]ignature|[cC]hallenge|[nN]once|[pP]in|[kK]ey)(?:Bytes)?(?:Of)?`;
const OPERAND = String.raw`(?:[\w.?]*\.)?${SECRET}(?:\([^()]*\))?`;
/** What a value is compared with that no attacker has written: absence, a literal, a constant. */
const PLAIN = String.raw`(?:undefined|null|true|false|''|'[^']*'|"[^"]*"|\d[\d_]*|[A-Z][A-Z_\d]+)`;
const COMPARED = [
  new RegExp(String.raw`(?<![\w.])${OPERAND}\s*[!=]==\s*(?!${PLAIN}(?![\w(.]))[\w(]`),
  new RegExp(String.raw`(?<!typeof )[\w)]\s*[!=]==\s*${OPERAND}(?![\w(.])`),
  new RegExp(String.raw`(?:equalBytes|Buffer\.compare)\([^)]*${SECRET}\b`),
  new RegExp(String.raw`${SECRET}\.equals\(`),
];
const PLAIN_LEFT = new RegExp(String.raw`${PLAIN}\s*[!=]==`);

const AUDIT = 'hashes of the trail are shown to auditors; its seal is compared in constant time';
const NAME = 'the name of a hash function, or a key of the state that anybody may ask for';
const CONTENT = 'the digest of a content, by which it is asked for';
const PUBLIC_KEY = 'a public key or its id';
const LENGTH = 'a length, which the algorithm fixes';
const MARK = 'a mark that stands in the file beside what is sealed, and opens nothing';
const OBJECT = 'the name of an object in a bucket';

/** Names that say by themselves that what they name is public. */
const PUBLIC_NAMES = /\b(?:\w+\.)?(?:publicKey|genesisDigest)\b/g;

/** Comparisons of what is no secret, wherever: a part of the line, why. */
const PUBLIC: readonly (readonly [string, string])[] = [
  ["equalBytes(bytesOf(row, 'hash'), bytesOf(last, 'hash'))", AUDIT],
  ['equalBytes(auditHash(entry, end.hash), entry.hash)', AUDIT],
  ['key.hash === hashName', NAME],
  ['hash === suiteHash(', NAME],
  ['hash !== hashName', NAME],
  ['digestOf(bytes) !== digest', CONTENT],
  ['Buffer.compare(named.digest, digest)', CONTENT],
  ['toHex(hasher.digest()) !== request.params.digest', CONTENT],
  ["'') === tag", CONTENT],
  ['describe(trailer.info).digest === digest', CONTENT],
  ['announced.expectedDigest !== digest', CONTENT],
  ["equalBytes(plaintext.subarray(keyBytes), hash('sm3', header))", CONTENT],
  ['bytesOf(key), bytesOf(after)', NAME],
  ['keyId === body.key', PUBLIC_KEY],
  ['equalBytes(thumbprint(hash, algorithm, publicKey), idBytes)', PUBLIC_KEY],
  ['plaintext?.length !== keyBytes', LENGTH],
  ['contentKey?.length === keyBytes', LENGTH],
  ['file.sealed.masterKey !== mark', MARK],
  ['sealed.masterKey !== masterKeyMark(masterKey)', MARK],
  ['version.Key === key', OBJECT],
  ['publicKeyBytes(', LENGTH],
  ['PublicKeyBytes(', LENGTH],
  ['key !== uploadKey', OBJECT],
];

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'testing' ? [] : sources(path);
    return name.endsWith('.ts') && !name.endsWith('.test.ts') ? [path] : [];
  });
}

interface Found {
  readonly file: string;
  readonly line: string;
}

function isComparison(line: string): boolean {
  return COMPARED.some((pattern) => pattern.test(line)) && !PLAIN_LEFT.test(line);
}

function comparisons(): Found[] {
  return FOLDERS.flatMap((folder) => sources(join(ROOT, folder))).flatMap((path) => {
    const file = relative(ROOT, path).replaceAll('\\', '/');
    return readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => !line.startsWith('//') && !line.startsWith('*') && !line.startsWith('/*'))
      .filter((line) => isComparison(line.replaceAll(PUBLIC_NAMES, 'open')))
      .map((line) => ({ file, line }));
  });
}
/** Where secrets are compared, and by what. */
const GUARDED: readonly (readonly [string, RegExp])[] = [
  ['packages/accounts/src/secret.ts', /equalConstantTime\(tokenDigest\(token\), digest\)/],
  ['packages/accounts/src/audit/trail.ts', /equalConstantTime\(sealOf\(/],
  ['packages/accounts/src/password/argon2id.ts', /equalConstantTime\(/],
  ['packages/server/src/http/credentials.ts', /timingSafeEqual\(digestOf\(given\), wanted\)/],
  ['packages/server/src/http/cursor.ts', /timingSafeEqual\(/],
  [
    'packages/server/src/http/accounts/oidc-routes.ts',
    /timingSafeEqual\(digestOf\(key\), browser\)/,
  ],
];

describe('secrets', () => {
  it('are compared nowhere by a comparison that stops at the first difference', () => {
    const found = comparisons();
    // A search that finds nothing would be no search.
    expect(found.length).toBeGreaterThan(15);
    const unknown = found.filter(({ line }) => !PUBLIC.some(([part]) => line.includes(part)));
    expect(unknown).toEqual([]);
  });

  it.each(GUARDED)('%s compares them in constant time', (file, pattern) => {
    expect(readFileSync(join(ROOT, file), 'utf8')).toMatch(pattern);
  });

  it.each([
    'if (token === given) return true;',
    'return secret === stored.secret;',
    'if (digestOf(given) !== wanted) throw new Error();',
    'if (equalBytes(mac, wanted)) return;',
    'return Buffer.compare(tag, wanted) === 0;',
    'return given.tag.equals(wanted);',
    'if (wanted === hashOf(password)) return;',
  ])('would be found: %s', (line) => {
    expect(isComparison(line)).toBe(true);
  });
});

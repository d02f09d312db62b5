import { decodeCbor, encodeCbor, equalBytes, toHex } from '@hefu/bytes';
import { coseKey } from '../cose-key.ts';
import { decodeSign1, encodeProtectedHeader, encodeSign1, sigStructure } from '../cose.ts';
import type { Aead } from '../aead.ts';
import type { Backend } from '../backend/backend.ts';
import { checkPublicKey } from '../key-check.ts';
import type { Signatures } from '../signatures.ts';
import { bytesOf, cborOfJson, jsonOfCbor } from './cbor-json.ts';
import type { CryptoVectors } from './vector-types.ts';

/** What the vectors are run against: one backend's functions, or the package's own. */
export type VectorApi = Signatures &
  Aead &
  Pick<Backend, 'hash' | 'hashInto' | 'hashParts' | 'createHasher' | 'hmac'>;

/** How many checks were made, and each that failed, by name. */
export interface VectorReport {
  readonly checks: number;
  readonly failures: readonly string[];
}

class Tally {
  checks = 0;
  readonly failures: string[] = [];

  check(holds: boolean, what: string): void {
    this.checks++;
    if (!holds) this.failures.push(what);
  }

  same(actual: Uint8Array | undefined, expected: string, what: string): void {
    const shown = actual === undefined ? 'nothing' : toHex(actual);
    this.check(shown === expected, `${what}: ${shown} in place of ${expected}`);
  }
}

/** Runs every vector. Needs nothing of Node, so that Node and browsers run the very same checks. */
export async function runVectors(vectors: CryptoVectors, api: VectorApi): Promise<VectorReport> {
  const tally = new Tally();
  runCbor(vectors['cbor.json'], tally);
  runHashes(vectors['hash.json'], api, tally);
  runKeyIds(vectors['key-ids.json'], api, tally);
  await runSignatures(vectors['signatures.json'], api, tally);
  await runSmallOrder(vectors['signatures.json'].smallOrderEncodings, api, tally);
  await runSign1(vectors['cose-sign1.json'], api, tally);
  runAead(vectors['aead.json'], api, tally);
  return { checks: tally.checks, failures: tally.failures };
}

function runCbor(vectors: CryptoVectors['cbor.json'], tally: Tally): void {
  for (const { name, value, encoded } of vectors.valid) {
    tally.same(encodeCbor(cborOfJson(value)), encoded, `cbor encode, ${name}`);
    const decoded = decodeCbor(bytesOf(encoded), { maps: 'map', tags: true });
    const json = decoded.ok ? encodeCbor(cborOfJson(jsonOfCbor(decoded.value))) : undefined;
    tally.same(json, encoded, `cbor decode, ${name}`);
  }
  for (const { name, encoded, code, objects, tags } of vectors.invalid) {
    const decoded = decodeCbor(bytesOf(encoded), { maps: objects ? 'object' : 'map', tags });
    tally.check(!decoded.ok && decoded.code === code, `cbor refuse, ${name}: ${decoded.ok}`);
  }
  for (const { name, encoded, code, deterministic } of vectors.lenient) {
    const strict = decodeCbor(bytesOf(encoded), { maps: 'map' });
    tally.check(!strict.ok && strict.code === code, `cbor refuse, ${name}`);
    const lenient = decodeCbor(bytesOf(encoded), { maps: 'map', lenient: true });
    const again = lenient.ok ? encodeCbor(lenient.value) : undefined;
    tally.same(again, deterministic, `cbor lenient, ${name}`);
  }
}

function runHashes(vectors: CryptoVectors['hash.json'], api: VectorApi, tally: Tally): void {
  for (const name of ['sha256', 'sm3'] as const) {
    for (const vector of vectors.hashes) {
      const message = bytesOf(vector.message);
      const what = `${name}, ${vector.name}`;
      tally.same(api.hash(name, message), vector[name], what);
      const target = new Uint8Array(40).fill(0xee);
      api.hashInto(name, message, target, 5);
      const framed = `${'ee'.repeat(5)}${vector[name]}${'ee'.repeat(3)}`;
      tally.same(target, framed, `${what}, into an array`);
      const half = message.length >> 1;
      const parts = [message.subarray(0, half), message.subarray(half), new Uint8Array(0)];
      tally.same(api.hashParts(name, parts), vector[name], `${what}, in parts`);
      const stream = api.createHasher(name);
      for (const part of parts) stream.update(part);
      tally.same(stream.digest(), vector[name], `${what}, as a stream`);
    }
    for (const vector of vectors.hmacs) {
      const mac = api.hmac(name, bytesOf(vector.key), bytesOf(vector.message));
      tally.same(mac, vector[name], `hmac ${name}, ${vector.name}`);
    }
  }
}

function runKeyIds(vectors: CryptoVectors['key-ids.json'], api: VectorApi, tally: Tally): void {
  for (const vector of vectors.keys) {
    const encoded = coseKey(vector.algorithm, bytesOf(vector.publicKey));
    tally.same(encoded, vector.coseKey, `COSE_Key, ${vector.name}`);
    tally.same(api.hash('sha256', encoded), vector.keyIdSha256, `key id, ${vector.name}`);
    tally.same(api.hash('sm3', encoded), vector.keyIdSm3, `key id by sm3, ${vector.name}`);
  }
}

async function runSignatures(
  vectors: CryptoVectors['signatures.json'],
  api: VectorApi,
  tally: Tally,
): Promise<void> {
  for (const { algorithm, privateKey, publicKey } of vectors.keys) {
    const derived = api.publicKeyOf(algorithm, bytesOf(privateKey));
    tally.same(derived, publicKey, `${algorithm} public key`);
    const message = bytesOf(publicKey);
    const signature = api.sign(algorithm, bytesOf(privateKey), message);
    const holds = api.verify(algorithm, derived, message, signature);
    tally.check(holds && signature.length === 64, `${algorithm} own signature`);
  }
  for (const vector of vectors.signatures) {
    const input = [
      vector.algorithm,
      bytesOf(vector.publicKey),
      bytesOf(vector.message),
      bytesOf(vector.signature),
    ] as const;
    tally.check(api.verify(...input) === vector.valid, `verify, ${vector.name}`);
    const verdict = await api.verifyAsync(...input);
    tally.check(verdict === vector.valid, `verify asynchronously, ${vector.name}`);
  }
  for (const { name, algorithm, publicKey, code } of vectors.publicKeyChecks) {
    const verdict = checkPublicKey(algorithm, bytesOf(publicKey));
    const shown = verdict.ok ? null : verdict.code;
    tally.check(shown === code, `key check, ${name}: ${shown} in place of ${code}`);
  }
}

/** Every encoding of a small-order point as key with every one as R, and S = 0: all refused. */
async function runSmallOrder(
  encodings: readonly string[],
  api: VectorApi,
  tally: Tally,
): Promise<void> {
  const message = new Uint8Array(3);
  for (const key of encodings) {
    for (const r of encodings) {
      const signature = new Uint8Array(64);
      signature.set(bytesOf(r));
      const input = ['ed25519', bytesOf(key), message, signature] as const;
      tally.check(!api.verify(...input), `small order, A ${key}, R ${r}`);
      const verdict = await api.verifyAsync(...input);
      tally.check(!verdict, `small order asynchronously, A ${key}, R ${r}`);
    }
  }
}

async function runSign1(
  vectors: CryptoVectors['cose-sign1.json'],
  api: VectorApi,
  tally: Tally,
): Promise<void> {
  for (const vector of vectors.valid) {
    const header = cborOfJson(vector.protectedHeader);
    if (!(header instanceof Map)) throw new TypeError('a protected header is a map');
    const protectedBytes = encodeProtectedHeader(header);
    tally.same(protectedBytes, vector.protected, `protected header, ${vector.name}`);
    const payload = bytesOf(vector.payload);
    const covered = sigStructure(protectedBytes, bytesOf(vector.externalAad), payload);
    tally.same(covered, vector.sigStructure, `Sig_structure, ${vector.name}`);
    tally.same(api.hash('sha256', covered), vector.idSha256, `id, ${vector.name}`);
    tally.same(api.hash('sm3', covered), vector.idSm3, `id by sm3, ${vector.name}`);
    const signature = bytesOf(vector.signature);
    const whole = encodeSign1({ protected: protectedBytes, payload, signature });
    tally.same(whole, vector.encoded, `encoded, ${vector.name}`);
    const decoded = decodeSign1(whole, { strict: true });
    const same =
      decoded.ok &&
      equalBytes(decoded.sign1.protected, protectedBytes) &&
      decoded.sign1.payload !== null &&
      equalBytes(decoded.sign1.payload, payload) &&
      equalBytes(decoded.sign1.signature, signature);
    tally.check(same, `decoded, ${vector.name}`);
    const input = [vector.algorithm, bytesOf(vector.publicKey), covered, signature] as const;
    tally.check(api.verify(...input), `verify, ${vector.name}`);
    tally.check(await api.verifyAsync(...input), `verify asynchronously, ${vector.name}`);
  }
  for (const { name, encoded, strict, lenient } of vectors.invalid) {
    const first = decodeSign1(bytesOf(encoded), { strict: true });
    tally.check(!first.ok && first.code === strict, `COSE_Sign1 refuse, ${name}`);
    const second = decodeSign1(bytesOf(encoded), { strict: false });
    const shown = second.ok ? null : second.code;
    tally.check(shown === lenient, `COSE_Sign1 lenient, ${name}: ${shown}`);
  }
}

function runAead(vectors: CryptoVectors['aead.json'], api: VectorApi, tally: Tally): void {
  for (const vector of vectors.cases) {
    const { name, cipher } = vector;
    const key = bytesOf(vector.key);
    const nonce = bytesOf(vector.nonce);
    const aad = bytesOf(vector.aad);
    const opened = api.open(cipher, key, nonce, bytesOf(vector.sealed), aad);
    if (vector.plaintext === null) {
      tally.check(opened === undefined, `refuse to open, ${name}`);
      continue;
    }
    tally.same(opened, vector.plaintext, `open, ${name}`);
    const sealed = api.seal(cipher, key, nonce, bytesOf(vector.plaintext), aad);
    tally.same(sealed, vector.sealed, `seal, ${name}`);
  }
}

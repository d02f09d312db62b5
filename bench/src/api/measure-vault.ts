import { createHash, generateKeyPairSync } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { get, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { once } from 'node:events';
import { hash } from '@hefu/crypto/hash';
import { randomBytes } from '@hefu/crypto/random';
import { openFolderStorage, openVault } from '@hefu/vault';
import type { BenchNode } from '../http/bench-node.ts';
import { besideLimit } from '../measure/beside-limit.ts';
import type { Figure } from '../measure/report.ts';
import { secondsOf } from '../measure/statistics.ts';

const MIB = 2 ** 20;
/** What is read, written and sent at a time. */
const PIECE_BYTES = 1 * MIB;

interface BenchObject {
  readonly pieces: () => Iterable<Uint8Array>;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What a copy is hashed by on the way. */
type Hashes = readonly ('sha256' | 'sm3')[];

/**
 * Putting one object and getting it back, by the vault itself and through HTTP, beside a copy of a file of the same size: for what goes
 * in hashed by both digests, as the vault does it, for what comes out by SHA-256. Each object put is of other content, since the vault
 * knows what it has.
 */
export async function measureVault(
  node: BenchNode,
  root: string,
  sizeMib: number,
  say: (text: string) => void,
): Promise<Figure[]> {
  const filler = randomBytes(PIECE_BYTES);
  const source = join(root, 'copied');
  writePieces(source, filler, sizeMib);
  const rateOf = async (work: () => Promise<void> | void): Promise<number> =>
    sizeMib / (await secondsOf(work));
  const copy = (hashes: Hashes) => async (): Promise<number> =>
    rateOf(() => copyHashed(source, join(root, 'copy'), hashes));
  const figures: Figure[] = [];
  for (const [name, store] of [
    ['vault', await ownVault(join(root, 'vault'))],
    ['vault through HTTP', throughHttp(node)],
  ] as const) {
    let last = '';
    for (const [what, hashes, work] of [
      [
        'put',
        ['sha256', 'sm3'],
        async (): Promise<number> => {
          const object = makeObject(filler, sizeMib);
          last = object.sha256;
          return rateOf(() => store.put(object));
        },
      ],
      [
        'get',
        ['sha256'],
        async (): Promise<number> =>
          rateOf(async () => {
            const size = await store.get(last);
            if (size !== sizeMib * MIB) throw new Error(`${size} bytes came back`);
          }),
      ],
    ] as const) {
      say(`${name}: ${what}`);
      const { rate, limit } = await besideLimit(copy(hashes), work);
      figures.push({
        name: `${name}: ${what} ${sizeMib} MiB`,
        value: rate,
        unit: 'MiB/s',
        against: { name: `copying a file, ${hashes.join(' and ')}, a sync`, value: limit },
        goal: { atLeast: 0.5 },
      });
    }
  }
  rmSync(source);
  return figures;
}

/** What takes and gives objects. */
interface Store {
  put(object: BenchObject): Promise<void>;
  /** Reads all of it; how many bytes that were. */
  get(digest: string): Promise<number>;
}

async function ownVault(directory: string): Promise<Store> {
  const jwk = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  const publicKey = new Uint8Array(Buffer.from(jwk.x ?? '', 'base64url'));
  const privateKey = new Uint8Array(Buffer.from(jwk.d ?? '', 'base64url'));
  const vault = await openVault({
    storage: await openFolderStorage({ directory }),
    hashName: 'sha256',
    recipient: { algorithm: 'x25519', publicKey, keyId: hash('sha256', publicKey) },
    decryptionKey: () => ({ algorithm: 'x25519', privateKey }),
    now: () => 0,
  });
  return {
    async put(object) {
      const put = await vault.put(object.pieces());
      if (!put.ok || put.digest !== object.sha256) throw new Error('the vault refused it');
    },
    async get(digest) {
      const found = await vault.get(digest);
      if (!found.ok) throw new Error(found.code);
      let size = 0;
      for await (const piece of found.content) size += piece.length;
      return size;
    },
  };
}

function throughHttp(node: BenchNode): Store {
  return { put: (object) => upload(node, object), get: (digest) => download(node, digest) };
}

function writePieces(path: string, filler: Uint8Array, count: number): void {
  const file = openSync(path, 'w');
  for (let piece = 0; piece < count; piece++) writeSync(file, filler);
  fsyncSync(file);
  closeSync(file);
}

/** Reads, hashes, writes and syncs; in turns, as one thread does it. */
function copyHashed(from: string, to: string, hashes: Hashes): void {
  const source = openSync(from, 'r');
  const target = openSync(to, 'w');
  const digests = hashes.map((name) => createHash(name));
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let count = readSync(source, piece); count > 0; count = readSync(source, piece)) {
    const bytes = piece.subarray(0, count);
    for (const digest of digests) digest.update(bytes);
    writeSync(target, bytes);
  }
  for (const digest of digests) digest.digest();
  fsyncSync(target);
  closeSync(source);
  closeSync(target);
  rmSync(to);
}

function makeObject(filler: Uint8Array, sizeMib: number): BenchObject {
  const first = Buffer.from(filler);
  first.set(randomBytes(32));
  function* pieces(): Generator<Uint8Array> {
    yield first;
    for (let piece = 1; piece < sizeMib; piece++) yield filler;
  }
  const digest = createHash('sha256');
  for (const piece of pieces()) digest.update(piece);
  return { pieces, sizeBytes: sizeMib * MIB, sha256: digest.digest('hex') };
}

function addressOf(node: BenchNode, digest: string): string {
  return `${node.url}/v1/vault/objects/${digest}`;
}

async function upload(node: BenchNode, object: BenchObject): Promise<void> {
  const sent = request(addressOf(node, object.sha256), {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${node.token}`,
      'content-type': 'application/octet-stream',
      'content-length': String(object.sizeBytes),
    },
  });
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  for (const piece of object.pieces()) if (!sent.write(piece)) await once(sent, 'drain');
  sent.end();
  const [answer] = await answered;
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 201) throw new Error(`upload: status ${answer.statusCode}`);
}

async function download(node: BenchNode, digest: string): Promise<number> {
  const headers = { authorization: `Bearer ${node.token}` };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(addressOf(node, digest), { headers }, resolve).on('error', reject);
  });
  if (answer.statusCode !== 200) throw new Error(`download: status ${answer.statusCode}`);
  let size = 0;
  for await (const piece of answer) size += (piece as Buffer).length;
  return size;
}

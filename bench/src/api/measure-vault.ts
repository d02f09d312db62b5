import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { get, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { once } from 'node:events';
import { randomBytes } from '@hefu/crypto/random';
import type { BenchNode } from '../http/bench-node.ts';
import { besideLimit } from '../measure/beside-limit.ts';
import type { Figure } from '../measure/report.ts';
import { secondsOf } from '../measure/statistics.ts';

const MIB = 2 ** 20;
/** What is read, written and sent at a time. */
const PIECE_BYTES = 1 * MIB;

interface BenchObject {
  /** Its first bytes, which make it another object than the one before. */
  readonly mark: Uint8Array;
  readonly sha256: string;
}

/**
 * Uploads and downloads of one object, beside a copy of a file of the same size that is hashed on the way, as the vault does. Each
 * upload is of other content, since the vault knows what it has.
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
  const copy = async (): Promise<number> =>
    sizeMib / (await secondsOf(() => copyHashed(source, join(root, 'copy'))));
  let object: BenchObject = { mark: new Uint8Array(), sha256: '' };
  say('vault upload');
  const up = await besideLimit(copy, async () => {
    const next = makeObject(filler, sizeMib);
    const seconds = await secondsOf(() => upload(node, next, filler, sizeMib));
    object = next;
    return sizeMib / seconds;
  });
  say('vault download');
  const down = await besideLimit(
    copy,
    async () => sizeMib / (await secondsOf(() => download(node, object, sizeMib))),
  );
  rmSync(source);
  const figure = (name: string, { rate, limit }: typeof up): Figure => ({
    name: `${name} of ${sizeMib} MiB`,
    value: rate,
    unit: 'MiB/s',
    against: { name: 'copying a file with SHA-256 and a sync', value: limit },
    goal: { atLeast: 0.5 },
  });
  return [figure('vault upload', up), figure('vault download', down)];
}

function writePieces(path: string, filler: Uint8Array, count: number): void {
  const file = openSync(path, 'w');
  for (let piece = 0; piece < count; piece++) writeSync(file, filler);
  fsyncSync(file);
  closeSync(file);
}

/** Reads, hashes, writes and syncs; in turns, as one thread does it. */
function copyHashed(from: string, to: string): void {
  const source = openSync(from, 'r');
  const target = openSync(to, 'w');
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let count = readSync(source, piece); count > 0; count = readSync(source, piece)) {
    const bytes = piece.subarray(0, count);
    hash.update(bytes);
    writeSync(target, bytes);
  }
  hash.digest();
  fsyncSync(target);
  closeSync(source);
  closeSync(target);
  rmSync(to);
}

function makeObject(filler: Uint8Array, sizeMib: number): BenchObject {
  const mark = randomBytes(32);
  const hash = createHash('sha256').update(mark).update(filler.subarray(mark.length));
  for (let piece = 1; piece < sizeMib; piece++) hash.update(filler);
  return { mark, sha256: hash.digest('hex') };
}

function addressOf(node: BenchNode, { sha256 }: BenchObject): string {
  return `${node.url}/v1/vault/objects/${sha256}`;
}

async function upload(
  node: BenchNode,
  object: BenchObject,
  filler: Uint8Array,
  sizeMib: number,
): Promise<void> {
  const sent = request(addressOf(node, object), {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${node.token}`,
      'content-type': 'application/octet-stream',
      'content-length': String(sizeMib * MIB),
    },
  });
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  const first = Buffer.from(filler);
  first.set(object.mark);
  for (let piece = 0; piece < sizeMib; piece++) {
    if (!sent.write(piece === 0 ? first : filler)) await once(sent, 'drain');
  }
  sent.end();
  const [answer] = await answered;
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 201) throw new Error(`upload: status ${answer.statusCode}`);
}

async function download(node: BenchNode, object: BenchObject, sizeMib: number): Promise<void> {
  const headers = { authorization: `Bearer ${node.token}` };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(addressOf(node, object), { headers }, resolve).on('error', reject);
  });
  let size = 0;
  for await (const piece of answer) size += (piece as Buffer).length;
  if (answer.statusCode !== 200 || size !== sizeMib * MIB) {
    throw new Error(`download: status ${answer.statusCode}, ${size} bytes`);
  }
}

import { createHash } from 'node:crypto';
import type { Random } from '../faults/random.ts';
import type { Operation } from './document.ts';
import { chance, choice, hostileText, randomBytesOf } from './hostile.ts';
import { PASSWORD } from './callers.ts';
import { validValue, wrongValue } from './values.ts';
import type { JsonSchema, ValueSource } from './values.ts';

/** A body with its media type. */
export interface Body {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** What bodies are made of beyond the document. */
export interface BodySource extends ValueSource {
  /** A statement signed by a member. */
  statement(): Uint8Array;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A body as the document has it, with sense in it where the document says nothing of that. */
export function validBody(operation: Operation, source: BodySource): Body | undefined {
  const types = Object.entries(operation.bodies);
  if (types.length === 0) return undefined;
  const { random } = source;
  const [type, { schema }] = choice(types, random);
  if (type === 'application/json') {
    const value = knownBody(operation, source) ?? validValue(schema ?? {}, source, 'body');
    return { type, bytes: Buffer.from(JSON.stringify(value)) };
  }
  if (type === 'application/cose') return { type, bytes: source.statement() };
  if (type === 'application/cbor-seq') {
    const statements = Array.from({ length: random.between(1, 4) }, () => source.statement());
    return { type, bytes: Buffer.concat(statements) };
  }
  return { type, bytes: randomBytesOf(random, random.between(0, 3_000)) };
}

/** Requests whose sense no schema tells. */
function knownBody({ id }: Operation, source: BodySource): unknown {
  const { random, pool } = source;
  const pick = (...names: string[]): string => pool.pick(names, random) ?? 'x';
  if (id === 'postCalls') {
    const sha256 = hex(randomBytesOf(random, 32));
    const [contract, method, args] = choice<readonly [string, string, object]>(
      [
        ['evidence', 'deposit', { item: { kind: 'digest', sha256 }, readers: 'public' }],
        ['evidence', 'deposit', { item: { kind: 'digest', sha256 }, readers: ['lanhe-dairy'] }],
        ['membership', 'vote', { proposal: pick('proposal', 'id'), vote: 'yes' }],
        [
          'membership',
          'propose',
          { title: hostileText(random), actions: [], deadline: Date.now() + 1e6 },
        ],
        ['sharing', choice(['register', 'grant', 'endGrant'], random), { object: sha256 }],
      ],
      random,
    );
    return { contract, method, args };
  }
  if (id === 'postStatements') {
    const statement = Buffer.from(source.statement()).toString('base64');
    return chance(random, 0.5) ? { statement } : { statements: [statement, statement] };
  }
  if (id === 'postWebhooks' && chance(random, 0.6)) return { url: 'http://127.0.0.1:9/hook' };
  // A sign-in costs as much as it is made to: few of them.
  if (id === 'postSession' && chance(random, 0.1)) {
    return { name: chance(random, 0.8) ? 'fuzz-member-0' : pick('name'), password: PASSWORD };
  }
  if (id === 'postSession') return { link: pick('key', 'id') };
  return undefined;
}

/** Something that no reader of this body expects. */
export function wrongBody(body: Body, schema: JsonSchema | undefined, source: BodySource): Body {
  const { random } = source;
  if (body.type === 'application/json' && schema !== undefined && chance(random, 0.6)) {
    return { ...body, bytes: Buffer.from(wrongJson(body.bytes, random)) };
  }
  return { ...body, bytes: wrongBytes(body.bytes, random) };
}

function wrongJson(bytes: Uint8Array, random: Random): string {
  const text = Buffer.from(bytes).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // It has been made wrong already.
    return text;
  }
  const object = typeof value === 'object' && value !== null ? { ...value } : {};
  const keys = Object.keys(object);
  const key = keys[random.between(0, Math.max(0, keys.length - 1))] ?? 'x';
  const record = object as Record<string, unknown>;
  return choice<() => string>(
    [
      () => JSON.stringify({ ...record, [key]: undefined }),
      () => JSON.stringify({ ...record, [key]: wrongValue(random) }),
      () => JSON.stringify({ ...record, [key]: wrongValue(random) }),
      () => JSON.stringify({ ...record, [hostileText(random)]: wrongValue(random) }),
      () => JSON.stringify(wrongValue(random)),
      () => `{"${key}":1e400,"${key}":123456789012345678901234567890}`,
      () => `{"__proto__":{"roles":["admin"]},${text.slice(1)}`,
      () => `{"constructor":{"prototype":{"a":1}},${text.slice(1)}`,
      () => `${text.slice(0, -1)},"${key}":NaN}`,
      () => text.slice(0, random.between(0, text.length)),
      () => `\uFEFF${text}`,
      () => `${text}${text}`,
      () => '['.repeat(random.between(50, 20_000)),
      () => `{"${key}":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
      () => `{"${key}":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`,
      () => JSON.stringify({ ...record, [key]: 'a'.repeat(random.between(1_000, 100_000)) }),
      () => text.replaceAll('"', "'"),
      () => `{"${key}":"\\ud800"}`,
      () => `/**/${text}`,
    ],
    random,
  )();
}

/** Heads of CBOR that promise more than there is, or are never nested so. */
const CBOR_HEADS: readonly (readonly number[])[] = [
  [0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xbb, 0, 0, 0, 1, 0, 0, 0, 0],
  [0x9f],
  [0xbf],
  [0x5f, 0x41, 0],
  [0xd2, 0x84],
  [0xc2, 0x5a, 0xff, 0xff, 0xff, 0xff],
  [0xf9, 0x7e, 0],
  [0xf6],
  [0xff],
];

function wrongBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.between(0, Math.max(0, bytes.length - 1));
  return choice<() => Uint8Array>(
    [
      () => bytes.subarray(0, at),
      () => bytes.subarray(at),
      () => bytes.map((byte, index) => (index === at ? byte ^ (1 << random.between(0, 7)) : byte)),
      () => Buffer.concat([bytes, bytes]),
      () => Buffer.concat([bytes, randomBytesOf(random, 9)]),
      () =>
        Buffer.concat([
          bytes.subarray(0, at),
          Uint8Array.from(choice(CBOR_HEADS, random)),
          bytes.subarray(at),
        ]),
      () => Uint8Array.from(choice(CBOR_HEADS, random)),
      () => new Uint8Array(random.between(100, 70_000)).fill(0x81),
      () => new Uint8Array(random.between(0, 70_000)),
      () => randomBytesOf(random, random.between(0, 500)),
      () => Buffer.from(Buffer.from(bytes).toString('utf8'), 'utf16le'),
      () => new Uint8Array(0),
    ],
    random,
  )();
}

/** The digest by which a content is called. */
export function digestOf(bytes: Uint8Array, hashName: 'sha256' | 'sm3'): string {
  return createHash(hashName).update(bytes).digest('hex');
}

import { gzipSync } from 'node:zlib';
import type { Random } from '../faults/random.ts';
import { digestOf, validBody, wrongBody } from './bodies.ts';
import type { Body, BodySource } from './bodies.ts';
import { pickCaller } from './callers.ts';
import type { Caller } from './callers.ts';
import type { Operation, Parameter } from './document.ts';
import { chance, choice, hostileEscape, hostileText } from './hostile.ts';
import { validValue } from './values.ts';
import type { WireRequest } from './wire.ts';

/** How far from what the document says a request is. */
export type Kind = 'valid' | 'near-valid' | 'hostile';

/** A request with what it was made from. */
export interface FuzzRequest {
  readonly kind: Kind;
  readonly operation: Operation;
  readonly caller: Caller;
  readonly wire: WireRequest;
  /** Whether it promises a body and does not send it whole, so that no answer need come. */
  readonly brokenOff: boolean;
}

export interface RequestSource extends BodySource {
  readonly operations: readonly Operation[];
  readonly callers: readonly Caller[];
  readonly slug: string;
  readonly hashName: 'sha256' | 'sm3';
}

interface Draft {
  method: string;
  path: string;
  query: string[];
  headers: [string, string][];
  body: Body | undefined;
  caller: Caller;
  chunked: boolean;
  lengthSaid: string | undefined;
}

export function makeRequest(source: RequestSource): FuzzRequest {
  const { random } = source;
  const operation = choice(source.operations, random);
  const dice = random.next();
  const kind: Kind = dice < 0.4 ? 'valid' : dice < 0.75 ? 'near-valid' : 'hostile';
  const draft = validDraft(operation, source, kind);
  const changes = kind === 'valid' ? 0 : kind === 'near-valid' ? 1 : random.between(2, 5);
  for (let i = 0; i < changes; i++) choice(CHANGES, random)(draft, operation, source);
  const { body } = draft;
  if (body !== undefined && body.type !== '') draft.headers.push(['Content-Type', body.type]);
  const query = draft.query.length === 0 ? '' : `?${draft.query.join('&')}`;
  return {
    kind,
    operation,
    caller: draft.caller,
    brokenOff: draft.lengthSaid !== undefined,
    wire: {
      method: draft.method,
      target: lineSafe(`${draft.path}${query}`),
      headers: [...draft.caller.headers, ...draft.headers],
      ...(body === undefined ? {} : { body: body.bytes }),
      ...(draft.chunked && body !== undefined ? { chunked: true } : {}),
      ...(draft.lengthSaid === undefined || draft.chunked ? {} : { lengthSaid: draft.lengthSaid }),
      ...(operation.streams && draft.method === 'GET' ? { endless: true } : {}),
    },
  };
}

/** A target of its own line: what splits the request line would only be another request. */
function lineSafe(target: string): string {
  return target.replaceAll(/[\r\n ]/g, (found) => encodeURIComponent(found)).toWellFormed();
}

function validDraft(operation: Operation, source: RequestSource, kind: Kind): Draft {
  const { random } = source;
  const body = validBody(operation, source);
  const values = new Map<Parameter, string>();
  for (const parameter of operation.parameters) {
    if (parameter.required !== true && chance(random, parameter.in === 'header' ? 0.9 : 0.7)) {
      continue;
    }
    const isDigest = parameter.name === 'digest' && body !== undefined;
    const value =
      isDigest && chance(random, 0.8)
        ? digestOf(body.bytes, source.hashName)
        : validParameter(parameter, operation, source);
    values.set(parameter, value);
  }
  let { path } = operation;
  const query: string[] = [];
  const headers: [string, string][] = [];
  for (const [{ name, in: place }, value] of values) {
    if (place === 'path') path = path.replace(`{${name}}`, () => encodedPart(name, value, random));
    else if (place === 'query') {
      query.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
    } else headers.push([name, headerSafe(value)]);
  }
  // What is left is an optional part of a path that no value was made for.
  path = path.replaceAll(/\{\w+\}/g, 'x');
  if (operation.ofChain && chance(random, 0.2)) path = `/chains/${source.slug}${path}`;
  addOrdinaryHeaders(headers, operation, random);
  return {
    method: operation.method,
    path,
    query,
    headers,
    body,
    caller: callerOf(operation, source, kind),
    chunked: chance(random, 0.1),
    lengthSaid: undefined,
  };
}

/** What the node told at the same address, as a rule. */
function validParameter(parameter: Parameter, operation: Operation, source: RequestSource): string {
  const { random, pool } = source;
  const name = `${scopeOf(operation)} ${parameter.name}`;
  const told = pool.has(name) && chance(random, 0.6) ? pool.pick([name], random) : undefined;
  return told ?? String(validValue(parameter.schema, source, parameter.name));
}

/** Where an operation's things stand: `/v1/webhooks` for those of `/v1/webhooks/{id}/enable`. */
export function scopeOf({ path }: Operation): string {
  return path.split('/{')[0] ?? path;
}

/** The end of some addresses takes slashes as they are. */
function encodedPart(name: string, value: string, random: Random): string {
  const encoded = encodeURIComponent(value);
  const takesSlashes = name === 'path' || name === 'key' || name === 'code';
  return takesSlashes && chance(random, 0.8) ? encoded.replaceAll('%2F', '/') : encoded;
}

/** Who may usually do what, so that not all of it ends at the door. */
function callerOf(operation: Operation, source: RequestSource, kind: Kind): Caller {
  const { random, callers } = source;
  if (operation.closed && kind !== 'hostile' && chance(random, 0.6)) {
    const name = operation.id === 'postCalls' ? 'key of member' : choice(LIKELY, random);
    return callers.find((each) => each.name === name) ?? choice(callers, random);
  }
  return pickCaller(callers, random, kind === 'hostile');
}

const LIKELY = ['operator token', 'session of admin', 'session of member', 'key of operator'];

function headerSafe(value: string): string {
  return value.replaceAll(/\p{Cc}/gu, '').toWellFormed();
}

/** Headers that every program sends. */
function addOrdinaryHeaders(
  headers: [string, string][],
  operation: Operation,
  random: Random,
): void {
  const types = Object.values(operation.responses).flatMap(({ content }) =>
    Object.keys(content ?? {}),
  );
  if (chance(random, 0.3) && types.length > 0) headers.push(['Accept', choice(types, random)]);
  if (chance(random, 0.1)) {
    headers.push(['Accept-Language', choice(['zh', 'ru', 'en', 'xx, *;q=0'], random)]);
  }
  if (chance(random, 0.1)) {
    headers.push(['Accept-Encoding', choice(['gzip', 'br', 'identity;q=0', '*'], random)]);
  }
  if (chance(random, 0.1)) {
    headers.push(['If-None-Match', choice(['*', '"x"', 'W/"y", "z"'], random)]);
  }
  if (chance(random, 0.05)) {
    headers.push(['Range', choice(['bytes=0-0', 'bytes=-5', 'bytes=1-'], random)]);
  }
  if (chance(random, 0.05)) {
    headers.push(['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`]);
  }
  if (chance(random, 0.05)) {
    headers.push(['Prefer', choice(['wait=1', 'wait=0', 'respond-async'], random)]);
  }
}

type Change = (draft: Draft, operation: Operation, source: RequestSource) => void;

const HEADER_NAMES = [
  'Accept',
  'Accept-Language',
  'Accept-Encoding',
  'Range',
  'If-None-Match',
  'If-Range',
  'Prefer',
  'Idempotency-Key',
  'Last-Event-ID',
  'traceparent',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'Forwarded',
  'Origin',
  'Sec-Fetch-Site',
  'Hefu-Request',
  'Referer',
  'User-Agent',
  'If-Modified-Since',
  'Host',
];

const MEDIA_TYPES = [
  '',
  'text/plain',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/cose',
  'application/cbor',
  'APPLICATION/JSON',
  'application/json;;;',
  'application/json, text/html',
  '*/*',
  'text/html',
  'application/xml',
  'a/b; c="',
];

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
];

const CHANGES: readonly Change[] = [
  // One part of the path, decoded or not.
  (draft, _operation, { random }) => {
    const parts = draft.path.split('/');
    const at = random.between(1, Math.max(1, parts.length - 1));
    parts[at] = chance(random, 0.5)
      ? encodeURIComponent(hostileText(random).toWellFormed())
      : hostileEscape(random);
    draft.path = parts.join('/');
  },
  (draft, _operation, { random }) => {
    draft.path += choice<() => string>(
      [() => hostileEscape(random), () => '/', () => '/x', () => '/..'],
      random,
    )();
  },
  // A parameter of the query: wrong, twice, or unknown.
  (draft, { parameters }, { random }) => {
    const names = parameters.filter((each) => each.in === 'query').map(({ name }) => name);
    const name =
      names.length > 0 && chance(random, 0.8)
        ? choice(names, random)
        : encodeURIComponent(hostileText(random).toWellFormed());
    const value = chance(random, 0.7)
      ? encodeURIComponent(hostileText(random).toWellFormed())
      : hostileEscape(random);
    draft.query.push(`${name}=${value}`);
  },
  (draft) => draft.query.push(...draft.query),
  (draft) => {
    draft.query = [];
  },
  // A cursor or position of something else.
  (draft, _operation, { random, pool }) => {
    const cursor = pool.pick(['nextCursor', 'id', 'entry'], random) ?? 'AAAA';
    draft.query.push(
      `${choice(['cursor', 'since', 'height'], random)}=${encodeURIComponent(cursor)}`,
    );
  },
  (draft, operation, source) => {
    draft.body =
      draft.body === undefined
        ? { type: choice(MEDIA_TYPES, source.random), bytes: Buffer.from('{"a":1}') }
        : wrongBody(draft.body, operation.bodies[draft.body.type]?.schema, source);
  },
  (draft, operation, source) => {
    if (draft.body === undefined) return;
    draft.body = wrongBody(draft.body, operation.bodies[draft.body.type]?.schema, source);
  },
  (draft, _operation, { random }) => {
    if (draft.body !== undefined) draft.body = { ...draft.body, type: choice(MEDIA_TYPES, random) };
  },
  (draft) => {
    draft.body = undefined;
  },
  // A bomb: a million bytes in a thousand.
  (draft, _operation, { random }) => {
    if (draft.body === undefined) return;
    draft.body = { ...draft.body, bytes: gzipSync(new Uint8Array(1_000_000).fill(0x20)) };
    draft.headers.push([
      'Content-Encoding',
      choice(['gzip', 'deflate', 'br', 'gzip, gzip', 'x'], random),
    ]);
  },
  (draft, _operation, { random }) => {
    if (draft.body !== undefined) {
      draft.lengthSaid = String(draft.body.bytes.length + random.between(1, 9));
    }
  },
  (draft, _operation, { random }) => {
    draft.lengthSaid = choice(
      ['-1', '1e9', '0x10', '99999999999999999999', '18446744073709551617'],
      random,
    );
  },
  (draft, _operation, { random }) => {
    draft.method = choice(METHODS, random);
  },
  (draft, _operation, { random }) => {
    const value = chance(random, 0.2)
      ? 'a'.repeat(random.between(1_000, 30_000))
      : headerSafe(hostileText(random));
    draft.headers.push([choice(HEADER_NAMES, random), value]);
  },
  (draft, _operation, { random }) => {
    draft.headers.push(
      choice<[string, string]>(
        [
          ['X-Planted', 'a\r\nX-Other: b'],
          ['X-Nul', 'a\0b'],
          ['X Space', 'a'],
          ['Transfer-Encoding', 'chunked'],
          ['Transfer-Encoding', 'gzip, chunked'],
          ['Content-Length', '0'],
          ['Expect', '100-continue'],
          ['Expect', 'the-unexpected'],
          ['Upgrade', 'websocket'],
          ['Connection', 'Upgrade, close'],
          ['Connection', 'keep-alive, Authorization'],
          ['Te', 'trailers'],
          ['Range', 'bytes=0-0,2-3,5-'],
          ['Range', 'lines=1-2'],
          ['Range', `bytes=${Array.from({ length: 500 }, (_, i) => `${i}-${i}`).join(',')}`],
          ['Prefer', 'wait=99999999999, wait=-1'],
          ['Accept', 'text/html;q=2, */*;q=x, /'],
          ['Cookie', 'a='.repeat(2_000)],
          ['Host', 'evil.example'],
          ['Host', '[::1'],
        ],
        random,
      ),
    );
  },
  (draft, _operation, source) => {
    draft.caller = pickCaller(source.callers, source.random, true);
  },
];

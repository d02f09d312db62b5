import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { ApiUnderTest, Operation, Response } from './document.ts';
import { PLANTED_HEADER } from './hostile.ts';
import type { RawAnswer } from './read-answer.ts';
import type { FuzzRequest } from './requests.ts';

const PROBLEM_TYPE = 'application/problem+json';
const JSON_TYPE = /^application\/(?:[a-z.+-]+\+)?json$/;

/** What every address may answer though no operation says so: there is no operation, or not by this method. */
const NO_OPERATION_CODES: Readonly<Record<string, readonly number[]>> = {
  'route-not-found': [404],
  'chain-not-found': [404],
  'method-not-allowed': [405],
  'url-malformed': [400],
  'http-malformed': [400],
  'headers-too-large': [431],
  'body-encoding-unsupported': [415],
  'request-timeout': [408],
  'rate-limited': [429],
  'credential-wrong': [401],
  'role-insufficient': [403],
  'request-cross-site': [403],
};

/** Failures that the fuzzer brings about: it asks a node to pull from nodes that are not there. */
const CAUSED_CODES = new Set([
  'granter-unreachable',
  'granter-not-understood',
  'attachments-full',
  'attachments-share-full',
  'streams-full',
  // `Prefer: wait=0`.
  'commit-timeout',
  'sign-in-busy',
]);

/** Headers that no answer goes without. */
const EVERYWHERE = ['x-content-type-options', 'content-security-policy', 'referrer-policy'];

const RETRY_STATUSES = new Set([429, 503]);

/** What is wrong with an answer; undefined when nothing is. */
export function faultOf(
  api: ApiUnderTest,
  request: FuzzRequest,
  answer: RawAnswer,
): string | undefined {
  return (
    faultOfForm(answer) ??
    faultOfFailure(answer) ??
    faultOfRights(request, answer) ??
    faultOfReader(request, answer) ??
    faultOfDescription(api, request, answer)
  );
}

/** The codes that a node told, for the table at the end. */
export function codeOf(answer: RawAnswer): string {
  const code = problemOf(answer)?.['code'];
  return typeof code === 'string' ? code : '';
}

function headerOf(answer: RawAnswer, wanted: string): string | undefined {
  return answer.headers.find(([name]) => name === wanted)?.[1];
}

function typeOf(answer: RawAnswer): string {
  return (headerOf(answer, 'content-type') ?? '').split(';')[0] ?? '';
}

function problemOf(answer: RawAnswer): Readonly<Record<string, unknown>> | undefined {
  if (typeOf(answer) !== PROBLEM_TYPE || answer.body.length === 0) return undefined;
  return jsonOf(answer) as Readonly<Record<string, unknown>> | undefined;
}

function jsonOf(answer: RawAnswer): unknown {
  try {
    return JSON.parse(plainBody(answer).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The body as it was before it was packed. */
export function plainBody(answer: RawAnswer): Buffer {
  const encoding = headerOf(answer, 'content-encoding');
  if (encoding === 'gzip') return gunzipSync(answer.body);
  return encoding === 'br' ? brotliDecompressSync(answer.body) : answer.body;
}

function faultOfForm(answer: RawAnswer): string | undefined {
  if (answer.status === 0) return 'the answer is not HTTP/1.1';
  if (headerOf(answer, PLANTED_HEADER) !== undefined) return 'a header of ours got into the answer';
  const missing = EVERYWHERE.find((name) => headerOf(answer, name) === undefined);
  if (missing !== undefined) return `an answer without ${missing}`;
  const odd = answer.headers.find(
    ([name, value]) => !/^[a-z0-9-]+$/.test(name) || /[\0\r\n]/.test(value),
  );
  if (odd !== undefined) return `the header ${JSON.stringify(odd)} is not one`;
  if (answer.body.length > 0 && typeOf(answer) === '') return 'a body without a media type';
  const type = headerOf(answer, 'content-type') ?? '';
  if (type.startsWith('text/') && !/; ?charset=utf-8$/i.test(type)) {
    return `${type} without charset`;
  }
  if (RETRY_STATUSES.has(answer.status) && headerOf(answer, 'retry-after') === undefined) {
    return `${answer.status} without Retry-After`;
  }
  if (answer.status === 401 && headerOf(answer, 'www-authenticate') === undefined) {
    return '401 without WWW-Authenticate';
  }
  if (answer.status === 405 && headerOf(answer, 'allow') === undefined) return '405 without Allow';
  return undefined;
}

function faultOfFailure(answer: RawAnswer): string | undefined {
  if (answer.status < 500 || CAUSED_CODES.has(codeOf(answer))) return undefined;
  return `failed: ${answer.status} ${answer.body.toString('utf8').slice(0, 300)}`;
}

/** Where a credential is needed, nobody gets anything without one. */
function faultOfRights(
  { operation, caller, wire }: FuzzRequest,
  answer: RawAnswer,
): string | undefined {
  if (!operation.closed || caller.known || wire.method !== operation.method) return undefined;
  const asked = wire.target.split('?')[0] ?? '';
  if (!operation.pattern.test(asked)) return undefined;
  return answer.status < 300 ? `${caller.name} was answered ${answer.status}` : undefined;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What is one's own, and what is for everybody. */
const OWN =
  /^(?:\/chains\/[^/]+)?\/v1\/(?:session|accounts\/(?:sessions|keys|passkeys|identities)|exchange)(?:\/|$)/;

/** Whoever may only read changes nothing but what is their own. */
function faultOfReader({ caller, wire }: FuzzRequest, answer: RawAnswer): string | undefined {
  // A session may have ended by now, and then its cookie is nobody's, who may send what was signed.
  const reads = /^(?:key|basic) of (?:auditor|read-only)$/.test(caller.name);
  if (!reads || SAFE.has(wire.method) || answer.status >= 300) return undefined;
  const path = wire.target.split('?')[0] ?? '';
  return OWN.test(path) ? undefined : `${caller.name} changed something: ${answer.status}`;
}

function faultOfDescription(
  api: ApiUnderTest,
  request: FuzzRequest,
  answer: RawAnswer,
): string | undefined {
  const faults: string[] = [];
  for (const operation of operationsOf(api, request)) {
    const fault = faultOfOperation(api, operation, answer);
    if (fault === undefined) return undefined;
    faults.push(`${operation.method} ${operation.path}: ${fault}`);
  }
  const code = codeOf(answer);
  if (NO_OPERATION_CODES[code]?.includes(answer.status) === true) {
    const schema = api.schemas['Problem'];
    return schema === undefined ? 'no schema of problems' : api.faultOf(schema, jsonOf(answer));
  }
  // OPTIONS is told once for all; HEAD has no body to look at, and what it would be told is that of GET.
  if (request.wire.method === 'OPTIONS' && answer.status === 204) return undefined;
  if (request.wire.method === 'HEAD' && answer.body.length === 0 && answer.status in NO_BODY) {
    return undefined;
  }
  return faults.join('; ') || `${answer.status} ${code} where there is no operation`;
}

/** Statuses of HEAD whose code is not told, because there is no body. */
const NO_BODY: Readonly<Record<number, true>> = {
  400: true,
  401: true,
  403: true,
  404: true,
  405: true,
  431: true,
};

/** The operations that a request may have reached: addresses are changed, and then mean something else. */
function operationsOf(api: ApiUnderTest, { wire }: FuzzRequest): readonly Operation[] {
  const path = wire.target.split('?')[0] ?? '';
  const byMethod = (operation: Operation): boolean =>
    operation.method === wire.method || (wire.method === 'HEAD' && operation.method === 'GET');
  const decoded = decodedOf(path);
  return api.operations.filter(
    (each) => byMethod(each) && (each.pattern.test(path) || each.pattern.test(decoded)),
  );
}

function decodedOf(path: string): string {
  try {
    // An address may be whole: `http://host/path`.
    return decodeURIComponent(path).replace(/^https?:\/\/[^/]*/, '');
  } catch {
    return path;
  }
}

function faultOfOperation(
  api: ApiUnderTest,
  operation: Operation,
  answer: RawAnswer,
): string | undefined {
  const response: Response | undefined = operation.responses[String(answer.status)];
  if (response === undefined) return `${answer.status} ${codeOf(answer)} is not described`;
  if (answer.body.length === 0) return undefined;
  const type = typeOf(answer);
  const content = response.content?.[type];
  if (content === undefined) return `${answer.status} as ${type} is not described`;
  if (type === PROBLEM_TYPE) {
    const code = codeOf(answer);
    const codes = response['x-hefu-codes'] ?? [];
    if (!codes.includes(code) && !codes.some((each) => each.endsWith('/*'))) {
      return `${answer.status} with the code ${code} is not described`;
    }
  }
  if (content.schema === undefined || !JSON_TYPE.test(type) || operation.streams) return undefined;
  const value = jsonOf(answer);
  if (value === undefined) return 'the answer is not JSON';
  const fault = api.faultOf(content.schema, value);
  return fault === undefined
    ? undefined
    : `${answer.status} has another form than described: ${fault}`;
}

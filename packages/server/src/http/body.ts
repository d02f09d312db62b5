import { Readable } from 'node:stream';
import { ProblemError } from '../problems/problem-error.ts';
import type { App } from './zod-provider.ts';

/** Deepest nesting of a JSON body: enough for any of ours, and no stack to overflow. */
const JSON_DEPTH_MAX = 64;

/** Takes the body of these media types as bytes, whole, within the route's limit. */
export function takeBytes(app: App, mediaTypes: readonly string[]): void {
  app.addContentTypeParser([...mediaTypes], { parseAs: 'buffer' }, (_request, body: Buffer, done) =>
    done(null, body),
  );
}

/**
 * Adds routes that take whatever body comes as a stream, to pass it on without holding it. Fastify's body limit does not
 * apply to these: the route bounds them with `bounded`.
 */
export async function addStreamRoutes(app: App, add: (scope: App) => void): Promise<void> {
  await app.register(async (plain) => {
    const scope = plain as App;
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    add(scope);
  });
}

/** The parts of a streamed body; throws `body-too-large` at the first byte too many, whatever its headers said. */
export async function* bounded(body: unknown, bytesMax: number): AsyncGenerator<Uint8Array> {
  // A body of no bytes has no media type, and then Fastify reads none.
  if (!(body instanceof Readable)) return;
  let size = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > bytesMax) throw new ProblemError('body-too-large');
    yield part;
  }
}

/** The size a request announces; throws `body-too-large` when that is too much already. */
export function announcedSize(header: string | undefined, bytesMax: number): number | undefined {
  if (header === undefined) return undefined;
  const size = Number(header);
  if (size > bytesMax) throw new ProblemError('body-too-large');
  return size;
}

/** The JSON value in a body; throws `json-malformed`. Keys that would reach a prototype are refused. */
export function parseJson(body: Uint8Array): unknown {
  let text: string;
  try {
    text = FATAL_UTF8.decode(body);
  } catch {
    throw new ProblemError('json-malformed', { detail: 'It is not UTF-8.' });
  }
  if (nestingOf(text) > JSON_DEPTH_MAX) {
    throw new ProblemError('json-malformed', {
      detail: `It is nested more than ${JSON_DEPTH_MAX} deep.`,
    });
  }
  try {
    return JSON.parse(text, refusePrototypeKeys) as unknown;
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError('json-malformed');
  }
}

const FATAL_UTF8 = new TextDecoder('utf-8', { fatal: true });

function refusePrototypeKeys(this: unknown, key: string, value: unknown): unknown {
  if (key === '__proto__') {
    throw new ProblemError('json-malformed', { detail: 'The key __proto__ is not taken.' });
  }
  return value;
}

/** Deepest nesting of brackets outside of strings. */
function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (inString) {
      if (character === BACKSLASH) i++;
      else if (character === QUOTE) inString = false;
    } else if (character === QUOTE) inString = true;
    else if (character === OPEN_BRACKET || character === OPEN_BRACE) {
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (character === CLOSE_BRACKET || character === CLOSE_BRACE) depth--;
  }
  return deepest;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

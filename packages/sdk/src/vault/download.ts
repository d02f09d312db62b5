import { toHex } from '@hefu/bytes';
import type { HashName } from '@hefu/crypto/algorithm';
import { createHasher } from '@hefu/crypto/hash';
import type { NodeHttp } from '../http.ts';
import { clientProblem, ProblemError } from '../problem.ts';
import { backoffMs, sleep } from '../sleep.ts';
import { partsOf } from './content.ts';

/** Failures in a row, without a byte between them, after which a download is given up. */
export const DOWNLOAD_FAILURES_MAX = 5;
/** Longest silence within a download. */
const SILENCE_MS_MAX = 60_000;

/** How content is read. */
export interface DownloadOptions {
  /** First byte; 0 unless given. */
  readonly start?: number;
  /** The byte after the last; the end unless given. */
  readonly end?: number;
  /** Called after each part, with the bytes that have come. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Content by its digest, in parts as they come. A connection that breaks is made anew and goes on where it stopped. The whole is
 * held against the digest, so that its last part comes only when all of it is right; of a range nothing can be proven. Throws
 * ProblemError `object-differs`.
 */
export async function* download(
  http: NodeHttp,
  path: string,
  wanted: { readonly digest: string; readonly hashName: HashName },
  options: DownloadOptions,
): AsyncGenerator<Uint8Array> {
  const { start = 0, signal } = options;
  const isWhole = start === 0 && options.end === undefined;
  const hasher = isWhole ? createHasher(wanted.hashName) : undefined;
  let at = start;
  let end = options.end;
  let failures = 0;
  /** Held back until what follows, or the digest, shows that it is not the last of something wrong. */
  let last: Uint8Array | undefined;
  if (end !== undefined && end <= start) return;
  while (end === undefined || at < end) {
    const before = at;
    try {
      const answer = await ask(http, path, { digest: wanted.digest, start: at, end, signal });
      end = answer.end;
      for await (const part of answer.parts) {
        at += part.length;
        if (at > end) throw differs('more came than there is');
        hasher?.update(part);
        if (last !== undefined) yield last;
        last = part;
        options.onProgress?.(at - start, end - start);
      }
      if (at === before && at < end) throw clientProblem('node-unreachable', `${path} broke off`);
    } catch (error) {
      signal?.throwIfAborted();
      failures = at > before ? 1 : failures + 1;
      if (!isPassing(error) || failures > DOWNLOAD_FAILURES_MAX) throw error;
      await sleep(backoffMs(failures), signal);
    }
  }
  if (hasher !== undefined && toHex(hasher.digest()) !== wanted.digest) {
    throw differs(`asked for ${wanted.digest}`);
  }
  if (last !== undefined) yield last;
}

interface Answer {
  /** The byte after the last that this download wants. */
  readonly end: number;
  readonly parts: AsyncIterable<Uint8Array>;
}

async function ask(
  http: NodeHttp,
  path: string,
  {
    digest,
    start,
    end,
    signal,
  }: {
    readonly digest: string;
    readonly start: number;
    readonly end: number | undefined;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Answer> {
  const isPart = start > 0 || end !== undefined;
  const silence = new AbortController();
  const answer = await http.send({
    path,
    headers: {
      accept: '*/*',
      ...(isPart
        ? {
            range: `bytes=${start}-${end === undefined ? '' : end - 1}`,
            'if-range': `"${digest}"`,
          }
        : {}),
    },
    signal: signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]),
    timeoutMs: 0,
  });
  const { status, headers, body } = answer;
  const range = /^bytes ([0-9]+)-([0-9]+)\/[0-9]+$/.exec(headers.get('content-range') ?? '');
  const length = Number(headers.get('content-length') ?? Number.NaN);
  if (isPart ? status !== 206 || Number(range?.[1]) !== start : status !== 200) {
    await body?.cancel();
    throw clientProblem('answer-not-understood', `${path} gave another range than asked for`);
  }
  const last = isPart ? Number(range?.[2]) + 1 : length;
  if (body === null || !Number.isSafeInteger(last)) {
    throw clientProblem('answer-not-understood', `${path} does not say how long it is`);
  }
  return { end: end ?? last, parts: watched(body, silence) };
}

/** Ends a connection that says nothing any more. */
async function* watched(
  body: ReadableStream<Uint8Array>,
  silence: AbortController,
): AsyncGenerator<Uint8Array> {
  const restart = (): ReturnType<typeof setTimeout> =>
    setTimeout(() => silence.abort(new DOMException('silent', 'TimeoutError')), SILENCE_MS_MAX);
  let timer = restart();
  try {
    for await (const part of partsOf(body)) {
      clearTimeout(timer);
      yield part;
      timer = restart();
    }
  } finally {
    clearTimeout(timer);
  }
}

/** A broken connection, or what the node says is worth another try. */
function isPassing(error: unknown): boolean {
  if (error instanceof ProblemError) return error.retryable && error.code !== 'object-differs';
  return error instanceof TypeError || error instanceof DOMException;
}

function differs(detail: string): ProblemError {
  return clientProblem('object-differs', detail);
}

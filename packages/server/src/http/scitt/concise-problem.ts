import { STATUS_CODES } from 'node:http';
import { CborTagged, encodeCbor } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import { PROBLEM_MEDIA_TYPE } from '../../problems/render.ts';
import type { App } from '../zod-provider.ts';

/** Media type of concise problem details (RFC 9290 §6.3). */
export const CONCISE_MEDIA_TYPE = 'application/concise-problem-details+cbor';

/** Standard entries (RFC 9290 §2). */
const TITLE = -1;
const DETAIL = -2;
const INSTANCE = -3;
/** Tag of a text in a language that is not English (RFC 9290 Appendix A). */
const LANGUAGE_TAG = 38;

/** Titles of draft-ietf-scitt-scrapi-11 for what it names. */
const TITLES: Readonly<Record<string, string>> = {
  'scitt-algorithm': 'Bad Signature Algorithm',
  'scitt-algorithm-mismatch': 'Bad Signature Algorithm',
  'scitt-payload-detached': 'Payload Missing',
  'scitt-malformed': 'Malformed request',
  'scitt-claims': 'Malformed request',
  'scitt-critical-header': 'Malformed request',
  'scitt-hash-envelope': 'Malformed request',
  'scitt-locator-invalid': 'Invalid locator',
  'scitt-entry-not-found': 'Not Found',
  'scitt-key-not-found': 'No such key',
};
/** Of everything that the registration policy, the chain's records, does not let in. */
const REJECTED = 'Rejected';
const REJECTED_STATUSES = new Set([400, 403, 422]);

/** A problem document as far as it is said concisely. */
interface Problem {
  readonly type: string;
  readonly title: string;
  readonly detail?: string;
  readonly status: number;
  readonly code: string;
}

/**
 * Makes every refusal of a scope's routes a concise problem document, whoever gives it: SCRAPI wants no other. Our sentence is
 * its detail, in the reader's language; our page on the code its instance.
 */
export function answerConcisely(app: App): void {
  app.addHook('onSend', async (_request, reply, payload) => {
    const type = String(reply.getHeader('content-type') ?? '');
    if (!type.startsWith(PROBLEM_MEDIA_TYPE) || reply.hasHeader('content-encoding')) return payload;
    const text = payload instanceof Uint8Array ? Buffer.from(payload).toString('utf8') : payload;
    if (typeof text !== 'string') return payload;
    const problem = JSON.parse(text) as Problem;
    const language = String(reply.getHeader('content-language') ?? 'en');
    void reply.header('content-type', CONCISE_MEDIA_TYPE).removeHeader('content-length');
    return Buffer.from(conciseProblem(problem, language));
  });
}

/** A problem as deterministic CBOR (RFC 9290 §2). */
export function conciseProblem(problem: Problem, language: string): Uint8Array {
  const { code, status, title, detail } = problem;
  const rejected = REJECTED_STATUSES.has(status) ? REJECTED : undefined;
  const sentence = detail === undefined ? title : `${title} ${detail}`;
  return encodeCbor(
    new Map<CborKey, CborValue>([
      [TITLE, TITLES[code] ?? rejected ?? STATUS_CODES[status] ?? 'Error'],
      [DETAIL, language === 'en' ? sentence : new CborTagged(LANGUAGE_TAG, [language, sentence])],
      [INSTANCE, problem.type],
    ]),
  );
}

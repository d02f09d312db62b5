import { parseReceipt, verifyReceipt, verifyReceiptAsync } from '@hefu/protocol';
import type {
  CheckMemory,
  ContentDigests,
  ReceiptCode,
  ReceiptFacts,
  ReceiptStepId,
  ReceiptVerdict,
  StepData,
  Trust,
} from '@hefu/protocol';

/** `good` and `bad` are judged; `open` could not be judged for want of something. */
export type State = 'good' | 'bad' | 'open';

/** Why a step is open, beside `not-judged`. */
export type OpenCode = 'trust-missing' | 'content-absent';

/** A step as the page draws it. */
export interface Step {
  readonly id: ReceiptStepId;
  readonly state: State;
  readonly code?: ReceiptCode | OpenCode;
  readonly data: StepData;
}

/** What was found about one receipt. */
export interface Examination {
  readonly state: State;
  /** Of the first step that does not hold; `statement-refused` where a refusal is proven. */
  readonly code?: ReceiptCode | OpenCode | 'statement-refused';
  /** `ok`, or the code with which the statement was refused; only of a receipt that holds. */
  readonly outcome?: string;
  readonly facts?: ReceiptFacts;
  readonly steps: readonly Step[];
}

/** A receipt and what to hold it against. */
export interface ToExamine {
  /** Parsed from JSON. */
  readonly receipt: unknown;
  readonly trust: Trust | undefined;
  readonly content?: ContentDigests;
}

/** Steps that say nothing without a trust file. */
const NEEDS_TRUST: readonly ReceiptStepId[] = ['chain', 'quorum'];

/**
 * Verifies one receipt, the signatures off this thread where the browser can. Without a trust file
 * everything is checked that holds together by itself; whom the log belongs to stays open.
 */
export async function examineReceipt(task: ToExamine): Promise<Examination> {
  const verdict = await verifyReceiptAsync(verifierTask(task));
  return present(task, verdict);
}

/** {@link examineReceipt} for one of many: what they share is checked once. */
export function examineOneOfMany(task: ToExamine, memory: CheckMemory): Examination {
  return present(task, verifyReceipt({ ...verifierTask(task), memory }));
}

function verifierTask({ receipt, trust, content }: ToExamine): {
  receipt: unknown;
  trust: Trust;
  content?: ContentDigests;
} {
  return {
    receipt,
    trust: trust ?? trustOfNobody(receipt),
    ...(content === undefined ? {} : { content }),
  };
}

/** Stands in for a trust file that is not there: the receipt's own chain, and nobody who signs. */
function trustOfNobody(json: unknown): Trust {
  const parsed = parseReceipt(json);
  const spans = [{ fromSize: 0, set: [] }];
  if (!parsed.ok) return { chain: '', suite: 'international', genesis: new Uint8Array(), spans };
  const { chain, suite, genesis } = parsed.receipt;
  return { chain, suite, genesis, spans };
}

function present(task: ToExamine, verdict: ReceiptVerdict): Examination {
  const steps = withContent(task, verdict).map((step): Step => {
    const { id, ok, code, data } = step;
    if (task.trust === undefined && NEEDS_TRUST.includes(id) && code !== 'not-judged') {
      return { id, state: 'open', code: 'trust-missing', data };
    }
    if (ok) return { id, state: 'good', data };
    const isOpen = code === 'not-judged' || code === 'content-absent';
    if (isOpen) return { id, state: 'open', code, data };
    return { id, state: 'bad', ...(code === undefined ? {} : { code }), data };
  });
  const fault = steps.find((step) => step.state === 'bad');
  if (fault !== undefined) {
    return { state: 'bad', ...(fault.code === undefined ? {} : { code: fault.code }), steps };
  }
  if (!verdict.ok) return { state: 'open', code: 'trust-missing', steps };
  const { outcome, facts, code } = verdict;
  return { state: 'good', outcome, facts, steps, ...(code === undefined ? {} : { code }) };
}

interface RawStep {
  readonly id: ReceiptStepId;
  readonly ok: boolean;
  readonly code?: ReceiptCode | OpenCode;
  readonly data: StepData;
}

/** The steps, with one for the content where there is none to compare: that, too, is to be seen. */
function withContent(task: ToExamine, { steps }: ReceiptVerdict): readonly RawStep[] {
  if (task.content !== undefined || !steps.some((step) => step.id === 'statement')) return steps;
  const absent: RawStep = { id: 'content', ok: false, code: 'content-absent', data: {} };
  const at = steps.findIndex((step) => step.id === 'statement') + 1;
  return [...steps.slice(0, at), absent, ...steps.slice(at)];
}

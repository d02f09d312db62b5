import { existsSync } from 'node:fs';
import { verifyReceipt } from '@hefu/protocol';
import type { CheckMemory, ReceiptFacts, ReceiptStep, Trust } from '@hefu/protocol';
import { digestFile } from '../files/digest-file.ts';
import { readJson } from './trust-file.ts';

/** A step as it is reported: those of the format's verifier, and `content-missing` where the content is not there. */
export interface ReportedStep extends Omit<ReceiptStep, 'code'> {
  readonly code?: string;
}

/** What was found about one receipt. */
export interface Finding {
  readonly receipt: string;
  readonly content?: string;
  readonly ok: boolean;
  readonly code?: string;
  /** `ok`, or the code with which the statement was refused. */
  readonly outcome?: string;
  readonly facts?: ReceiptFacts;
  readonly steps: readonly ReportedStep[];
}

/** Verifies the receipt in a file, and the content in another when there is one to compare. Never throws on any receipt. */
export async function verifyFile(options: {
  readonly path: string;
  /** How the report names it. */
  readonly name: string;
  readonly content: string | undefined;
  readonly trust: Trust;
  readonly memory: CheckMemory;
}): Promise<Finding> {
  const { path, name, content, trust, memory } = options;
  const isThere = content !== undefined && existsSync(content);
  const digests = isThere ? await digestFile(content) : undefined;
  const verdict = verifyReceipt({
    receipt: readJson(path),
    trust,
    memory,
    ...(digests === undefined ? {} : { content: digests }),
  });
  const named = { receipt: name, ...(content === undefined ? {} : { content }) };
  if (content !== undefined && !isThere) {
    const missing: ReportedStep = { id: 'content', ok: false, code: 'content-missing', data: {} };
    const steps = [...verdict.steps, missing];
    return { ...named, ok: false, code: verdict.ok ? 'content-missing' : verdict.code, steps };
  }
  if (!verdict.ok) return { ...named, ok: false, code: verdict.code, steps: verdict.steps };
  const { outcome, facts, steps } = verdict;
  return {
    ...named,
    ok: true,
    ...(verdict.code === undefined ? {} : { code: verdict.code }),
    outcome,
    facts,
    steps,
  };
}

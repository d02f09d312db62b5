import { ProblemError, ProofError } from '@hefu/sdk';
import { BackupError, START_FAULTS, StartError } from '@hefu/server';
import type { BackupFaultCode } from '@hefu/server';
import { LedgerFault } from '@hefu/ledger';
import { StoreError } from '@hefu/store-lmdb';
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';

/** What a fault tells: what happened, why, what to do, and the code that never changes. */
export interface FaultText {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly what: string;
  readonly why?: readonly string[];
  readonly advice?: string;
}

/** Thrown by commands that can't go on. */
export class CliFault extends Error {
  override readonly name = 'CliFault';
  readonly text: FaultText;

  constructor(text: FaultText, options?: ErrorOptions) {
    super(text.what, options);
    this.text = text;
  }
}

/** A wrong command line. */
export function usageFault(code: string, what: string, advice?: string): CliFault {
  return new CliFault({
    code,
    exitCode: EXIT.usage,
    what,
    ...(advice === undefined ? {} : { advice }),
  });
}

/** Any error as a text for people. */
export function faultTextOf(error: unknown): FaultText {
  if (error instanceof CliFault) return error.text;
  if (error instanceof StartError) {
    const { code, exitCode, message, advice, details } = error;
    return { code, exitCode: exitCode as ExitCode, what: message, why: details, advice };
  }
  if (error instanceof BackupError) {
    const { code, message, details, advice } = error;
    return { code, exitCode: BACKUP_EXITS[code], what: message, why: details, advice };
  }
  if (error instanceof ProblemError) return textOfProblem(error);
  if (error instanceof StoreError) return textOfStoreError(error);
  if (error instanceof LedgerFault) {
    const { code, message } = error;
    const advice = 'Copy the folder away, then restore it from a backup, or install a newer Hefu.';
    return { code, exitCode: EXIT.failure, what: message, advice };
  }
  return textOfOther(error);
}

const BACKUP_EXITS: Readonly<Record<BackupFaultCode, ExitCode>> = {
  'backup-missing': EXIT.notFound,
  'backup-damaged': EXIT.refused,
  'backup-too-new': EXIT.refused,
  'backup-foreign': EXIT.refused,
  'backup-busy': EXIT.unavailable,
  'backup-cancelled': EXIT.failure,
};

const PROBLEM_ADVICE: Readonly<Record<string, string>> = {
  'node-unreachable':
    'Start the node with `hefu node start`, or name another with --url or --data.',
  'answer-not-understood': 'Check --url: it names the node, as in http://127.0.0.1:8440.',
  'credential-wrong': 'The token is not this node’s: check HEFU_TOKEN_FILE, --data and --url.',
  'credential-required': 'Run the command on the node’s own machine, or set HEFU_TOKEN_FILE.',
  halted: 'Look into node.log for the cause, stop the node, and run `hefu fsck` on its folder.',
  'chain-read-only':
    'Run `hefu node status` for the reason; docs/operating/no-fork.md says what supplies what is missing.',
  'quota-exceeded':
    '`hefu vault usage` shows what takes the room; erase what is not needed, or raise vault.quotaBytes.',
  'vault-held':
    'Supply what is missing (docs/operating/no-fork.md), or set vault.serveWhileBehind.',
  'disk-low': 'Make room on the disk of the node; it goes on by itself.',
  'receipt-not-verified': 'Do not use this receipt. Check that the trust file is the right one.',
};

function textOfProblem(error: ProblemError): FaultText {
  const { problem } = error;
  const { code, title, detail, errors = [], status, retryable } = problem;
  const why = [
    ...(detail === undefined || detail === title ? [] : [detail]),
    ...errors.map((each) => `${each.pointer || '/'}: ${each.detail} (${each.code})`),
    ...(problem.data === undefined ? [] : [JSON.stringify(problem.data)]),
  ];
  const advice =
    PROBLEM_ADVICE[code] ?? (retryable ? 'Try again in a moment; nothing was lost.' : undefined);
  return {
    code,
    // A node that is caught at a lie is refused, whatever it was asked.
    exitCode: error instanceof ProofError ? EXIT.refused : exitOfProblem(code, status, retryable),
    what: title,
    ...(why.length === 0 ? {} : { why }),
    ...(advice === undefined ? {} : { advice }),
  };
}

function exitOfProblem(code: string, status: number, retryable: boolean): ExitCode {
  if (code === 'node-unreachable' || retryable) return EXIT.unavailable;
  if (code === 'foreign-chain') return EXIT.refused;
  if (status === 404 || status === 410) return EXIT.notFound;
  if (status === 503 || status === 504 || status === 507) return EXIT.unavailable;
  return status >= 400 && status < 500 ? EXIT.refused : EXIT.failure;
}

const STORE_EXITS: Readonly<Record<string, ExitCode>> = {
  'store-locked': EXIT.unavailable,
  'store-not-found': EXIT.notFound,
  'store-too-new': EXIT.refused,
  'store-read-only': EXIT.refused,
  'store-full': EXIT.unavailable,
};

function textOfStoreError({ code, message }: StoreError): FaultText {
  const advice =
    code === 'store-locked'
      ? START_FAULTS['data-in-use'].advice
      : code === 'store-damaged'
        ? 'Restore the folder from a backup; copy the damaged one away first.'
        : undefined;
  return {
    code,
    exitCode: STORE_EXITS[code] ?? EXIT.failure,
    what: message,
    ...(advice === undefined ? {} : { advice }),
  };
}

/** Errors of the operating system that mean something to whoever typed the command. */
const SYSTEM: Readonly<Record<string, Omit<FaultText, 'what'>>> = {
  ENOENT: { code: 'file-not-found', exitCode: EXIT.notFound, advice: 'Check the path.' },
  EACCES: {
    code: 'file-not-permitted',
    exitCode: EXIT.failure,
    advice: 'Give this user the right to it, or run the command as a user who has it.',
  },
  EPERM: {
    code: 'file-not-permitted',
    exitCode: EXIT.failure,
    advice: 'Give this user the right to it, or run the command as a user who has it.',
  },
  EROFS: {
    code: 'file-not-permitted',
    exitCode: EXIT.failure,
    advice: 'The disk is mounted read-only: name a folder on another.',
  },
  ENOSPC: {
    code: 'disk-full',
    exitCode: EXIT.unavailable,
    advice: 'Make room on the disk and run the same command again.',
  },
  EISDIR: { code: 'file-is-folder', exitCode: EXIT.usage, advice: 'Name a file.' },
  ENOTDIR: { code: 'folder-is-file', exitCode: EXIT.usage, advice: 'Name a folder.' },
};

function textOfOther(error: unknown): FaultText {
  const message = error instanceof Error ? error.message : String(error);
  const system = error instanceof Error && 'code' in error ? SYSTEM[String(error.code)] : undefined;
  if (system !== undefined) return { ...system, what: message };
  return {
    code: 'failed',
    exitCode: EXIT.failure,
    what: message,
    advice: 'This should not happen. Run the command with HEFU_DEBUG=1 to see where it did.',
  };
}

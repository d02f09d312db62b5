import type { ReceiptStep, ReceiptStepId } from '@hefu/protocol';
import { STEP_QUESTIONS } from '@hefu/verifier';
import { timeText } from '../output/table.ts';

/** What a code means. */
const MEANINGS: Readonly<Record<string, string>> = {
  'receipt-malformed': 'a part of it is missing, damaged or of another form',
  'foreign-chain': 'it is of another chain than the trust file',
  'statement-damaged': 'the statement is no longer what was signed',
  'content-mismatch': 'this is not the content that was deposited',
  'content-missing': 'the content is not where it should be',
  'content-not-named': 'the receipt names no content',
  'item-mismatch': 'the item is not at its place in the batch',
  'signer-proof-broken': 'the records of the signer are not those of the chain',
  'signer-not-in-good-standing': 'the signer’s word did not count then',
  'signature-wrong': 'the signature is not by the signer’s key',
  'entry-mismatch': 'the log entry is of another statement',
  'output-mismatch': 'the output is not the one in the log',
  'events-mismatch': 'the events are not those in the log',
  'entry-not-included': 'the path does not lead from the entry to the log’s root',
  'block-mismatch': 'the block cannot be the statement’s or a later one',
  'block-not-included': 'the path does not lead from the block to the log’s root',
  'checkpoint-malformed': 'the checkpoint is damaged',
  'checkpoint-origin': 'the checkpoint is of another log',
  'checkpoint-line-wrong': 'a signature of the checkpoint is wrong',
  'checkpoint-unknown-signers': 'the checkpoint is signed by others than the validators',
  'checkpoint-quorum-short': 'too few validators have signed the checkpoint',
  'not-judged': 'an earlier fault leaves nothing to judge this by',
};

/** The question of a step. */
export function stepQuestion(id: ReceiptStepId): string {
  return STEP_QUESTIONS[id];
}

/** What a code means, in words; the code itself when it is none of ours. */
export function codeMeaning(code: string): string {
  return MEANINGS[code] ?? code;
}

/** What was found, in a few words. */
export function stepFinding(step: ReceiptStep): string {
  const { id, data } = step;
  const text = (name: string): string => {
    const value = data[name];
    if (value === undefined) return '?';
    return typeof value === 'object' ? value.join(', ') : String(value);
  };
  switch (id) {
    case 'format':
      return step.ok ? 'hefu-receipt/1' : text('pointer');
    case 'chain':
      return `${text('chain')}, ${text('suite')}, genesis ${short(text('genesis'))}`;
    case 'statement':
      return data['id'] === undefined
        ? text('statementCode')
        : `${short(text('id'))}, ${text('contract')}/${text('method')}`;
    case 'content':
      return step.ok
        ? text('compared')
        : data['sha256'] === undefined
          ? ''
          : `sha256 ${short(text('sha256'))}`;
    case 'item':
      return data['count'] === undefined
        ? ''
        : `number ${Number(data['index']) + 1} of ${text('count')}`;
    case 'signer':
      return data['member'] === undefined ? '' : `${text('member')}, ${text('standing')}`;
    case 'signature':
      return text('algorithm');
    case 'entry':
      return data['height'] === undefined
        ? ''
        : `height ${text('height')}, ${timeText(Number(data['time']))}, ${text('code')}`;
    case 'inclusion':
      return data['size'] === undefined ? '' : `entry ${text('index')} of ${text('size')}`;
    case 'block':
      return data['height'] === undefined ? '' : `height ${text('height')}`;
    case 'checkpoint':
      return data['size'] === undefined ? '' : `size ${text('size')}, root ${short(text('root'))}`;
    case 'quorum':
      return data['power'] === undefined
        ? ''
        : `${text('power')} of ${text('total')}: ${text('cosigners') || 'nobody'}`;
  }
}

/** The beginning of a digest: enough to compare by eye. */
export function short(hex: string): string {
  return hex.length > 16 ? `${hex.slice(0, 16)}…` : hex;
}

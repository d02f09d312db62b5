import type { ReceiptStepId } from '@hefu/protocol';

/** What each step of a verification asks, in English: on the page and on the command line the same. */
export const STEP_QUESTIONS: Readonly<Record<ReceiptStepId, string>> = {
  format: 'It is a receipt',
  chain: 'It is of the chain of the trust file',
  statement: 'Its statement can be read',
  content: 'The content is the one it is for',
  item: 'The item is in the batch that was signed',
  signer: 'The signer was a member in good standing',
  signature: 'The signer signed the statement',
  entry: 'The log entry is the statement’s',
  inclusion: 'The entry is in the log',
  block: 'The block that proves the signer is in the log',
  checkpoint: 'The checkpoint is the log’s',
  quorum: 'Enough validators have signed the checkpoint',
};

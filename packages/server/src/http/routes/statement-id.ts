import { fromHex } from '@hefu/bytes';
import { z } from 'zod';
import type { StatementRecord } from '@hefu/ledger';
import type { ChainHost } from '../../chain-host.ts';
import { ProblemError } from '../../problems/problem-error.ts';

/** A digest of 32 bytes in lower-case hexadecimal: statement ids, attachments, vault objects. */
export const digestText = z.string().regex(/^[0-9a-f]{64}$/, {
  error: 'A digest is 64 hexadecimal digits, lower case.',
});

export const statementParams = z.object({ id: digestText });
export const digestParams = z.object({ digest: digestText });

/** The bytes of a digest that the schema has already seen. */
export function digestBytes(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new ProblemError('request-invalid');
  return bytes;
}

/** The statement with this id; throws `statement-not-found`. */
export function findStatement(chain: ChainHost, id: string): StatementRecord {
  const record = chain.reader.lookup(digestBytes(id));
  if (record === undefined) throw new ProblemError('statement-not-found');
  return record;
}

import { decodeCbor } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { contentDigestsOf, describedItem, parseReceipt, parseStatement } from '@hefu/protocol';
import type { ContentDigests, Receipt, Statement } from '@hefu/protocol';
import { suiteHash } from '@hefu/crypto/algorithm';

/** What a receipt says of the content it is for, as far as it can be read; nothing here is proven. */
export interface Description {
  /** File name, title or first words. */
  readonly name?: string;
  readonly digests?: ContentDigests;
  readonly fields: { readonly [name: string]: CborValue };
}

/** The description in a receipt: its item, or what the statement's arguments hold. */
export function describeContent(receipt: Receipt, statement: Statement | undefined): Description {
  const value = receipt.item === undefined ? describedBy(statement) : itemValue(receipt.item.item);
  const fields = fieldsOf(value);
  const digests = contentDigestsOf(value);
  const name = [fields['name'], fields['title']].find((each) => typeof each === 'string');
  return {
    fields,
    ...(digests === undefined ? {} : { digests }),
    ...(name === undefined ? {} : { name }),
  };
}

/** {@link describeContent} of parsed JSON; undefined for what is no receipt. */
export function describeReceipt(json: unknown): Description | undefined {
  const parsed = parseReceipt(json);
  if (!parsed.ok) return undefined;
  const { receipt } = parsed;
  const statement = parseStatement(receipt.statement, suiteHash(receipt.suite));
  return describeContent(receipt, statement.ok ? statement.statement : undefined);
}

function describedBy(statement: Statement | undefined): CborValue | undefined {
  return statement === undefined ? undefined : describedItem(statement.args);
}

function itemValue(bytes: Uint8Array): CborValue | undefined {
  const decoded = decodeCbor(bytes, { maps: 'object' });
  return decoded.ok ? decoded.value : undefined;
}

/** Fields of a decoded map; none for any other value. */
function fieldsOf(value: CborValue | undefined): { readonly [name: string]: CborValue } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  if (value instanceof Uint8Array || value instanceof Map) return {};
  return value as { readonly [name: string]: CborValue };
}

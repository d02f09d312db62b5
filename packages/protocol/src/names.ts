/**
 * Names that stand in signed bytes. All are ASCII, so that one name has one spelling and a page in
 * any language shows it the same way.
 */

/** Longest chain id; it is the first line of every checkpoint and part of every issuer. */
export const CHAIN_ID_LENGTH_MAX = 50;
/** Longest organisation id. */
export const ORGANISATION_ID_LENGTH_MAX = 32;
/** Longest name of a member within its organisation. */
export const MEMBER_NAME_LENGTH_MAX = 64;
/** Longest member id: organisation, a slash, name. */
export const MEMBER_ID_LENGTH_MAX: number = ORGANISATION_ID_LENGTH_MAX + 1 + MEMBER_NAME_LENGTH_MAX;
/** Longest name of a contract, collection, method, event or role. */
export const CONTRACT_NAME_LENGTH_MAX = 40;
/** Most bytes of UTF-8 in the key of a record. */
export const STATE_KEY_BYTES_MAX = 200;

const CHAIN_ID = /^[a-z0-9./-]{1,50}$/;
const ORGANISATION_ID = /^[a-z0-9-]{1,32}$/;
const MEMBER_ID = /^[a-z0-9-]{1,32}\/[a-z0-9.-]{1,64}$/;
const CONTRACT_NAME = /^[a-z][a-zA-Z0-9-]{0,39}$/;

/** Whether `text` names a chain; the same text is the origin of its log. */
export function isChainId(text: string): boolean {
  return CHAIN_ID.test(text);
}

/** Whether `text` names an organisation. */
export function isOrganisationId(text: string): boolean {
  return ORGANISATION_ID.test(text);
}

/** Whether `text` names a member: `<organisation>/<name>`. */
export function isMemberId(text: string): boolean {
  return MEMBER_ID.test(text);
}

/** Whether `text` may name a contract, collection, method, event or role. */
export function isContractName(text: string): boolean {
  return CONTRACT_NAME.test(text);
}

/** Whether `text` may be the key of a record: 1 to {@link STATE_KEY_BYTES_MAX} bytes of UTF-8. */
export function isStateKey(text: string): boolean {
  // No character takes more than three bytes a code unit, so short keys need no second look.
  if (text.length === 0 || text.length > STATE_KEY_BYTES_MAX || !text.isWellFormed()) return false;
  if (text.length * 3 <= STATE_KEY_BYTES_MAX) return true;
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes <= STATE_KEY_BYTES_MAX;
}

/** The organisation a member belongs to: what stands before the slash of its id. */
export function organisationOfMember(memberId: string): string {
  const slash = memberId.indexOf('/');
  if (slash < 0) throw new TypeError('not a member id');
  return memberId.slice(0, slash);
}

/** The member's URI, `iss` of its statements: `hefu:<chain>#<member>`. */
export function issuerOf(chain: string, memberId: string): string {
  return `hefu:${chain}#${memberId}`;
}

/** The chain's own URI, `iss` of its COSE Receipts. */
export function chainUri(chain: string): string {
  return `hefu:${chain}`;
}

/** What a statement is about, `sub` of its claims: `<contract>/<method>`. */
export function subjectOf(contract: string, method: string): string {
  return `${contract}/${method}`;
}

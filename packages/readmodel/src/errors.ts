/** What can go wrong, one word each; the page is docs/reference/read-models.md. */
export const READ_MODEL_ERROR_CODES = [
  /** A module cannot be loaded, or two projections have one name. */
  'modules-invalid',
  /** The host's feed left a block out. */
  'feed-gap',
  /** The host's feed did not answer, or threw. */
  'feed-failed',
  /** The database could not be written: disk full, not writable, damaged. Tried again with the next block. */
  'database-failed',
  /** The query ran longer than it may. */
  'query-timeout',
  /** The query gave more rows than it may. */
  'query-too-large',
  /** The caller gave the query up. */
  'query-aborted',
  /** Too many queries wait. */
  'query-busy',
  /** SQLite refused the query. */
  'query-failed',
  /** The projecting thread ended by itself. */
  'projector-ended',
  'closed',
] as const;

export type ReadModelErrorCode = (typeof READ_MODEL_ERROR_CODES)[number];

export class ReadModelError extends Error {
  override readonly name = 'ReadModelError';
  readonly code: ReadModelErrorCode;

  constructor(code: ReadModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  getMetadata(): { readonly code: ReadModelErrorCode } {
    return { code: this.code };
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

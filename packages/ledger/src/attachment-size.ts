import type { CborValue } from '@hefu/bytes';
import type { NativeHost } from '@hefu/contract';
import type { Statement } from '@hefu/protocol';

/** The parameter that bounds an attachment's bytes. */
export const ATTACHMENT_BYTES_PARAMETER = 'attachmentBytesMax';

/** Of a statement that names an attachment larger than the consortium allows. */
export type AttachmentRefusal = 'attachment-too-large';

/**
 * Whether a statement names an attachment of more than `bytesMax` bytes: by the size in its arguments, which is all that every node
 * has. The node that takes the statement in holds it against the bytes.
 */
export function isAttachmentTooLarge(
  { contract, method, args }: Pick<Statement, 'contract' | 'method' | 'args'>,
  options: {
    readonly host: NativeHost;
    readonly version: number | undefined;
    readonly bytesMax: number;
  },
): boolean {
  const { host, version, bytesMax } = options;
  if (version === undefined) return false;
  const declared = host.contract(contract, version)?.methods[method]?.attachment;
  if (declared === undefined) return false;
  const size = sizeIn(args?.[declared.field]);
  return size !== undefined && size > bytesMax;
}

/** Undefined for what is no reference: the arguments' schema refuses that. */
function sizeIn(reference: CborValue | undefined): number | bigint | undefined {
  if (typeof reference !== 'object' || reference === null || !('size' in reference)) {
    return undefined;
  }
  const { size } = reference;
  return typeof size === 'number' || typeof size === 'bigint' ? size : undefined;
}

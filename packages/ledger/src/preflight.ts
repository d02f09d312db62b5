import type { NativeHost, OutcomeData } from '@hefu/contract';
import type { Statement } from '@hefu/protocol';
import { ATTACHMENT_BYTES_PARAMETER, isAttachmentTooLarge } from './attachment-size.ts';
import type { Attachment, AttachmentCheck } from './attachments.ts';
import type { Chain } from './chain.ts';

/** What a node sees before ordering that execution, or the method's readers, would refuse. */
export interface PreflightRefusal {
  readonly code: string;
  readonly data?: OutcomeData;
}

export interface PreflightOptions {
  readonly chain: Chain;
  readonly host: NativeHost;
  readonly attachments: AttachmentCheck;
}

export type Preflight =
  | { readonly ok: true; readonly attachment?: Attachment }
  | ({ readonly ok: false } & PreflightRefusal);

/**
 * What would certainly be refused is refused here, with the same code, so that a careless client gets its problem at once and no
 * entry is wasted on it. A statement that another node forces in still gets its entry with that code.
 */
export function preflight(statement: Statement, options: PreflightOptions): Preflight {
  const { host } = options;
  const { contract: name, method, args } = statement;
  const version = options.chain.versionOf(name);
  const contract = version === undefined ? undefined : host.contract(name, version);
  if (contract === undefined || version === undefined) {
    return refuse({
      code: options.chain.isMigrating(name) ? 'contract-migrating' : 'unknown-contract',
    });
  }
  const fault = host.checkArgs({ contract: name, version, method, args });
  if (fault !== undefined) return refuse(fault);
  const declaration = contract.methods[method]?.attachment;
  if (declaration === undefined) return { ok: true };
  const bytesMax = options.chain.parameters[ATTACHMENT_BYTES_PARAMETER];
  if (isAttachmentTooLarge(statement, { host, version, bytesMax })) {
    return refuse({ code: 'attachment-too-large', data: { bytesMax } });
  }
  return options.attachments.check(declaration, args);
}

function refuse(refusal: PreflightRefusal): Preflight {
  return { ok: false, ...refusal };
}

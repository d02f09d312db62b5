import { isContractName, isOrganisationId } from '@hefu/protocol';
import type { ProjectedEvent } from '@hefu/readmodel';
import { z } from 'zod';

const name = z.string().refine(isContractName, { error: 'That is not a name.' });

/** What a stream or webhook wants. Nothing named wants all. */
export const eventFilterShape = {
  contract: name.optional().describe('Events of this contract.'),
  event: name.optional().describe('Events of this name.'),
  organisation: z
    .string()
    .refine(isOrganisationId, { error: 'That is not an id of an organisation.' })
    .optional()
    .describe("Events of statements by this organisation's members."),
} as const;

export interface EventFilter {
  readonly contract?: string | undefined;
  readonly event?: string | undefined;
  readonly organisation?: string | undefined;
  /** Whether blocks are told of too. */
  readonly blocks: boolean;
}

/** Blocks are told of when nothing narrower is asked for, or when they are. */
export function wantsBlocks(
  filter: Omit<EventFilter, 'blocks'>,
  asked: boolean | undefined,
): boolean {
  const { contract, event, organisation } = filter;
  return asked ?? (contract === undefined && event === undefined && organisation === undefined);
}

export function matchesFilter(filter: EventFilter, event: ProjectedEvent): boolean {
  const { contract, event: wanted, organisation } = filter;
  return (
    (contract === undefined || contract === event.contract) &&
    (wanted === undefined || wanted === event.name) &&
    (organisation === undefined || organisation === event.signer?.organisation)
  );
}

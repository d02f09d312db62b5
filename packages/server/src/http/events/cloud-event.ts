import type { ProjectedEvent } from '@hefu/readmodel';
import { z } from 'zod';
import type { EventBlock } from '../../chain/event-feed.ts';
import { toJsonValue, toTimeText } from '../json-value.ts';
import { formatPosition } from './position.ts';

/** An event of a chain in the JSON form of CloudEvents 1.0. */
export const cloudEventSchema = z
  .strictObject({
    specversion: z.literal('1.0'),
    id: z.string().describe('Place in the events of the chain: `height-number`.'),
    source: z.string().describe('The chain: `hefu:` and its id.'),
    type: z.string().describe('`hefu.contract.event`, or `hefu.block`.'),
    subject: z.string().optional().describe('Id of the statement or due effect.'),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    ledgerheight: z.int(),
    ledgertx: z.string().optional().describe('The same as `subject`.'),
    organisation: z.string().optional().describe("The signer's organisation."),
    data: z.unknown(),
  })
  .meta({ id: 'CloudEvent' });
export type CloudEvent = z.output<typeof cloudEventSchema>;

/** The type of the event that ends each block with entries. */
export const BLOCK_TYPE = 'hefu.block';

/** An event of a contract, as number `number` of its block. */
export function cloudEventOf(
  chain: string,
  block: EventBlock,
  number: number,
  event: ProjectedEvent,
): CloudEvent {
  const { contract, name, data, statementId, signer } = event;
  return {
    ...envelope(chain, block, number, `hefu.${contract}.${name}`),
    ...(statementId === '' ? {} : { subject: statementId, ledgertx: statementId }),
    ...(signer === undefined ? {} : { organisation: signer.organisation }),
    data: toJsonValue(data),
  };
}

/** The event of a block itself; undefined for one without entries. */
export function blockEventOf(chain: string, block: EventBlock): CloudEvent | undefined {
  const { height, log, events } = block;
  if (log === undefined) return undefined;
  return { ...envelope(chain, block, events.length, BLOCK_TYPE), data: { height, ...log } };
}

function envelope(
  chain: string,
  { height, time }: EventBlock,
  number: number,
  type: string,
): Omit<CloudEvent, 'data'> {
  return {
    specversion: '1.0',
    id: formatPosition({ height, event: number }),
    source: `hefu:${chain}`,
    type,
    time: toTimeText(time),
    datacontenttype: 'application/json',
    ledgerheight: height,
  };
}

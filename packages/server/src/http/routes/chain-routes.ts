import { decodeCbor, toHex } from '@hefu/bytes';
import { ParametersReader } from '@hefu/ledger';
import type { ModuleRecord } from '@hefu/ledger';
import { MEMBERSHIP_CONTRACT } from '@hefu/protocol';
import { z } from 'zod';
import type { ChainHost } from '../../chain-host.ts';
import { toTimeText } from '../json-value.ts';
import { json, NOT_MODIFIED } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';
import { digestText } from './statement-id.ts';

const chainView = z
  .strictObject({
    chain: z.string(),
    suite: z.enum(['international', 'gm']),
    slug: z.string(),
    organisation: z.string().describe("The node's own organisation."),
    height: z.int(),
    time: z.iso.datetime(),
    size: z.int().describe('Entries in the log.'),
    root: digestText,
    stateRoot: digestText,
    prunedHeight: z.int().describe('State at this height and below is no longer kept.'),
    genesisDigest: digestText,
    modules: z.array(
      z.strictObject({
        name: z.string(),
        version: z.int(),
        next: z.unknown(),
        migrating: z.boolean(),
      }),
    ),
    parameters: z
      .record(z.string(), z.int())
      .describe('In force from the block after this height on.'),
    organisations: z.array(z.looseObject({ id: z.string(), name: z.string() })),
    genesis: z.looseObject({ format: z.literal('hefu-genesis/1') }),
  })
  .meta({ id: 'Chain' });

const trustView = z
  .looseObject({ format: z.literal('hefu-trust/2') })
  .meta({ id: 'Trust', description: 'As docs/formats/trust.md has it.' });

const API = {
  chain: {
    tag: 'chain',
    summary: 'Where the chain stands, what it runs and how it began.',
    access: 'public',
    answers: { 200: { description: 'The chain.', content: json(chainView) }, 304: NOT_MODIFIED },
  },
  trust: {
    tag: 'chain',
    summary: 'The trust file: with it and a receipt anyone verifies offline.',
    access: 'public',
    answers: {
      200: {
        description: 'The trust file.',
        content: { 'application/vnd.hefu.trust+json': { schema: trustView } },
      },
      304: NOT_MODIFIED,
    },
  },
} as const satisfies Readonly<Record<string, ApiOperation>>;

/**
 * `GET /v1/chain`: where the chain stands, what it runs and how it began; `GET /v1/trust`: the trust file. Both are for
 * everyone: membership is public, and a trust file is of use only when strangers can have it.
 */
export function addChainRoutes(app: App, chain: ChainHost): void {
  const parameters = new ParametersReader(chain.spec);
  app.get('/v1/chain', { config: { api: API.chain } }, (_request, reply) => {
    const head = chain.reader.head();
    const { genesis, genesisDigest } = chain.spec;
    return reply.header('cache-control', 'no-cache').send({
      chain: chain.chain,
      suite: chain.suite,
      slug: chain.slug,
      organisation: chain.organisation,
      height: head.height,
      time: toTimeText(head.timeMs),
      size: head.size,
      root: toHex(head.root),
      stateRoot: toHex(head.stateRoot),
      prunedHeight: head.prunedHeight,
      genesisDigest: toHex(genesisDigest),
      modules: modulesNow(chain, head.height),
      parameters: parameters.read((contract, collection, key) => {
        const read = chain.reader.stateValue({ contract, collection, key, height: head.height });
        return read.ok ? read.value : undefined;
      }).values,
      organisations: genesis.organisations,
      genesis,
    });
  });
  app.get('/v1/trust', { config: { api: API.trust } }, (_request, reply) =>
    reply
      .header('cache-control', 'no-cache')
      .header('content-type', 'application/vnd.hefu.trust+json; charset=utf-8')
      .send(JSON.stringify(chain.reader.trust())),
  );
}

/** What the chain runs of each module now, what it will switch to when, and whether it is taking over state meanwhile. */
function modulesNow(
  chain: ChainHost,
  height: number,
): readonly {
  readonly name: string;
  readonly version: number;
  readonly next: ModuleRecord['next'];
  readonly migrating: boolean;
}[] {
  return chain.spec.genesis.modules.map(({ name, version }) => {
    const record = recordOf(chain, name, height);
    if (record === undefined) return { name, version, next: null, migrating: false };
    return { name, version: record.version, next: record.next, migrating: record.cursor !== null };
  });
}

function recordOf(chain: ChainHost, name: string, height: number): ModuleRecord | undefined {
  const place = { contract: MEMBERSHIP_CONTRACT, collection: 'modules', key: name };
  const read = chain.reader.stateValue({ ...place, height });
  if (!read.ok || read.value === undefined) return undefined;
  const decoded = decodeCbor(read.value, { maps: 'object' });
  // Written by the ledger and by membership alone, whose schema it has.
  return decoded.ok ? (decoded.value as unknown as ModuleRecord) : undefined;
}

import { isOrganisationId } from '@hefu/protocol';
import { isGranted } from '@hefu/sdk';
import type { GrantView, HefuClient } from '@hefu/sdk';
import { EXIT } from '../exit-codes.ts';
import { CliFault, usageFault } from '../fault.ts';

/** Digits of ids and digests that tables show; also what a command takes for one. */
export const ID_SHOWN = 12;

/** How a grant stands now: as the ledger says, or `ended` when its time has passed. */
export function stateOf(grant: GrantView, nowMs: number): GrantView['state'] | 'ended' {
  return grant.state === 'open' && !isGranted(grant, nowMs) ? 'ended' : grant.state;
}

/** The whole id of a grant from its beginning. Throws CliFault `grant-unknown`, `grant-ambiguous`. */
export async function findGrant(client: HefuClient, typed: string): Promise<string> {
  if (/^[0-9a-f]{64}$/.test(typed)) return typed;
  const found = new Set<string>();
  if (/^[0-9a-f]{4,63}$/.test(typed)) {
    for await (const { id } of client.sharing.grants()) if (id.startsWith(typed)) found.add(id);
  }
  const [only] = found;
  if (only !== undefined && found.size === 1) return only;
  throw new CliFault({
    code: only === undefined ? 'grant-unknown' : 'grant-ambiguous',
    exitCode: EXIT.notFound,
    what: `${typed} is the beginning of ${only === undefined ? 'no grant' : 'several grants'} that you may know of`,
    advice: 'hefu share list shows them; --json with their whole ids.',
  });
}

/** Looks each organisation up: a mistyped one would get nothing, and nobody would say so. Throws ProblemError `organisation-not-found`. */
export async function requireOrganisations(
  client: HefuClient,
  organisations: readonly string[],
): Promise<void> {
  for (const organisation of new Set(organisations)) {
    await client.members.organisation(organisation);
  }
}

/** Organisations with commas between them. Throws CliFault `readers-invalid`. */
export function organisationsOf(option: string, text: string | undefined): readonly string[] {
  const named = text?.split(',').map((each) => each.trim()) ?? [];
  const wrong = named.find((each) => !isOrganisationId(each));
  if (wrong === undefined) return named;
  throw usageFault(
    'readers-invalid',
    `${option}: ${wrong} is no organisation`,
    'Name organisations with commas between them.',
  );
}

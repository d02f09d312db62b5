import type { MemberKind } from '@hefu/protocol';

/** An organisation with its first members. */
export interface PlannedOrganisation {
  readonly id: string;
  readonly name: string;
  readonly members: readonly PlannedMember[];
}

export interface PlannedMember {
  readonly name: string;
  readonly kind: MemberKind;
  readonly roles: readonly string[];
}

/** Who is in a chain from its genesis on. The first organisation is the node's own. */
export interface ConsortiumPlan {
  readonly chain: string;
  readonly organisations: readonly [PlannedOrganisation, ...PlannedOrganisation[]];
}

/** Every organisation begins with somebody to govern and something to deposit with. */
const FIRST_MEMBERS: readonly PlannedMember[] = [
  { name: 'admin', kind: 'person', roles: ['admin'] },
  { name: 'depositor', kind: 'service', roles: ['depositor'] },
];

const SAMPLE_CHAIN = 'sample.hefu.example';

/** A maker, a carrier and a shop: names of our own making, in the reserved domain `.example` (RFC 2606). */
export function samplePlan(chain: string = SAMPLE_CHAIN): ConsortiumPlan {
  return {
    chain,
    organisations: [
      { id: 'lanhe-dairy', name: 'Lanhe Dairy (sample maker)', members: FIRST_MEMBERS },
      { id: 'kite-freight', name: 'Kite Freight (sample carrier)', members: FIRST_MEMBERS },
      { id: 'corner-market', name: 'Corner Market (sample shop)', members: FIRST_MEMBERS },
    ],
  };
}

const OWN_CHAIN = 'ledger.hefu.example';
const OWN_ORGANISATION = { id: 'operator', name: 'Operator' } as const;

/** One organisation, the node's own. */
export function emptyPlan(
  chain: string = OWN_CHAIN,
  organisation: { readonly id: string; readonly name: string } = OWN_ORGANISATION,
): ConsortiumPlan {
  return { chain, organisations: [{ ...organisation, members: FIRST_MEMBERS }] };
}

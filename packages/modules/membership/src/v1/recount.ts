import type { MembershipContext } from './declarations.ts';

/** Name of the effect's one place in the schedule. */
const RECOUNT_ID = 'recount';

/**
 * Has the open proposals counted again: who is here or what is asked has changed, so that votes cast long ago may suffice now, or
 * never any more. Nothing is scheduled when none is open.
 */
export function scheduleRecount(context: MembershipContext, after = ''): void {
  const [open] = context.state.proposals.by('byStatus', 'open', {
    limit: 1,
    ...(after === '' ? {} : { after }),
  });
  if (open !== undefined) context.schedule(context.time + 1, 'recount', { after }, RECOUNT_ID);
}

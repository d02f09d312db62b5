import { SWITCH_AHEAD_BLOCKS_MIN } from '../schemas/records.ts';
import type { MembershipContext } from './declarations.ts';

/**
 * Plans that the chain runs another version of a contract from a height on; the ledger carries it out. A plan that has
 * not begun is replaced by the next one: versions follow one another, so only the height can differ, and a consortium
 * whose nodes do not all have the version yet must be able to put the switch off.
 */
export function planSwitch(
  context: MembershipContext,
  name: string,
  version: number,
  height: number,
): void {
  const record = context.state.modules.get(name) ?? context.refuse('unknown-module');
  if (record.cursor !== null) context.refuse('module-migrating');
  if (version !== record.version + 1) context.refuse('version-not-next');
  if (height < context.height + SWITCH_AHEAD_BLOCKS_MIN) context.refuse('height-too-soon');
  context.state.modules.put(name, { ...record, next: { version, height } });
  context.emit('moduleSwitchPlanned', { name, version, height });
}

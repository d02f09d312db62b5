import { standingCommand } from '../../membership/standing.ts';
import type { StandingCommand } from '../../membership/standing.ts';

const command: StandingCommand = standingCommand('reinstate', 'organisation');

export const describe: StandingCommand['describe'] = command.describe;
export const options: StandingCommand['options'] = command.options;
export const run: StandingCommand['run'] = command.run;

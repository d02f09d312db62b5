import { disablingCommand } from '../../accounts/disabling.ts';
import type { DisablingCommand } from '../../accounts/disabling.ts';

const command: DisablingCommand = disablingCommand('disable');

export const describe: DisablingCommand['describe'] = command.describe;
export const options: DisablingCommand['options'] = command.options;
export const run: DisablingCommand['run'] = command.run;

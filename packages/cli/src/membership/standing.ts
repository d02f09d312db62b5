import type { CommandContext, CommandText, OptionText } from '../command.ts';
import type { ExitCode } from '../exit-codes.ts';
import { actingMember } from '../node/signer.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from './change.ts';
import { confirmByName } from './confirm.ts';

interface Input {
  readonly organisation?: string;
  readonly member?: string;
  readonly as?: string;
}

/** A command that suspends or reinstates. */
export interface StandingCommand {
  readonly describe: CommandText;
  readonly options: readonly OptionText[];
  readonly run: (context: CommandContext, input: Input) => Promise<ExitCode>;
}

/** The command that suspends a member or an organisation, or makes one count again. Suspending harms: it is asked about by name. */
export function standingCommand(
  verb: 'suspend' | 'reinstate',
  noun: 'organisation' | 'member',
): StandingCommand {
  const isSuspension = verb === 'suspend';
  const { argument, example, called, whose, effect } = NOUNS[noun];
  return {
    describe: {
      arguments: [argument],
      summary: isSuspension
        ? `Suspends ${called}: ${whose} statements are refused until it is reinstated.`
        : `Reinstates a suspended ${noun}.`,
      examples: [`hefu ${noun === 'member' ? 'member' : 'org'} ${verb} ${example}`],
      json: CHANGE_JSON,
    },
    options: [AS_ADMIN],
    async run(context, input) {
      const typed = input[noun] ?? '';
      const name = noun === 'member' ? actingMember(context, typed, 'admin') : typed;
      if (isSuspension) await confirmByName(context, { name, effect: effect(name) });
      const done = isSuspension ? `${name} is suspended` : `${name} counts again`;
      const { as } = input;
      return noun === 'member'
        ? changeMembership(context, { as, method: `${verb}Member`, args: { member: name }, done })
        : changeMembership(context, {
            as,
            method: `${verb}Organisation`,
            args: { organisation: name },
            done,
          });
    },
  };
}

const NOUNS = {
  organisation: {
    argument: { name: '<organisation>', summary: 'Its id.' },
    example: 'acme',
    called: 'an organisation',
    whose: 'its members’',
    effect: (name: string) => `All members of ${name} will be refused.`,
  },
  member: {
    argument: {
      name: '<member>',
      summary: 'ORGANISATION/NAME, or a NAME of the node’s own organisation.',
    },
    example: 'clerk',
    called: 'a member',
    whose: 'its',
    effect: (name: string) => `All statements of ${name} will be refused.`,
  },
} as const;

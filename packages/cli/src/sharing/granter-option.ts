import type { OptionText } from '../command.ts';

/** Which vault of the node is meant. */
export const GRANTER: OptionText = {
  flags: '--granter <organisation>',
  summary: 'Objects that this organisation has granted; the node’s own unless given.',
};

/** The option as the client takes it. */
export function whoseOf(granter: string | undefined): { readonly granter?: string } {
  return granter === undefined ? {} : { granter };
}

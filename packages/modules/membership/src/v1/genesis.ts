import type { Policy } from '@hefu/contract';
import type { GenesisDocument } from '@hefu/protocol';
import type { MembershipContext } from './declarations.ts';
import { createKey } from './keys.ts';
import { createMember } from './members.ts';
import { createOrganisation } from './organisations.ts';
import { writeFirstValidators } from './validators.ts';

/** What the genesis names counts from the genesis block itself on. */
const FROM = 0;

/** Writes what the genesis document says: organisations, members, keys, validators, rules. */
export function writeGenesis(context: MembershipContext, document: GenesisDocument): void {
  const { parameters, modules } = context.state;
  parameters.put('chain', {
    kind: 'chain',
    algorithms: [...document.algorithms],
    values: { ...document.parameters },
  });
  // Checked against the schema of policies as it is written.
  const policy = document.governance as unknown as Policy;
  parameters.put('governance', { kind: 'governance', policy });
  for (const { name, version } of document.modules) {
    modules.put(name, { version, next: null, cursor: null });
  }
  for (const { id, name } of document.organisations) createOrganisation(context, id, name, FROM);
  for (const { id, kind, roles } of document.members) {
    createMember(context, id, { kind, roles: [...roles] }, FROM);
  }
  for (const { member, algorithm, publicKey, purpose } of document.keys) {
    if (!context.state.members.has(member)) context.refuse('unknown-member');
    const key = bytesOf(context, publicKey);
    createKey(context, { member, algorithm, publicKey: key, purpose }, FROM);
  }
  const set = document.validators.map(({ publicKey, ...validator }) => ({
    ...validator,
    publicKey: bytesOf(context, publicKey),
  }));
  writeFirstValidators(context, set);
}

function bytesOf(context: MembershipContext, base64: string): Uint8Array {
  return context.host.fromBase64(base64) ?? context.refuse('key-invalid');
}

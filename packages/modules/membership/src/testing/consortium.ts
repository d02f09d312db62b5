import { toBase64, toHex, utf8Encode } from '@hefu/bytes';
import type { Caller } from '@hefu/contract';
import { createTestHost } from '@hefu/contract/testing';
import type { TestHost } from '@hefu/contract/testing';
import { hash } from '@hefu/crypto/hash';
import { keyId, publicKeyOf } from '@hefu/crypto/keys';
import { sign } from '@hefu/crypto/sign';
import { validatorKeyMessage } from '@hefu/protocol';
import type { GenesisDocument } from '@hefu/protocol';
import { membership } from '../module.ts';
import type { MembershipArgs } from '../schemas/args.ts';

/** A key pair that is the same in every run. */
export interface TestKey {
  readonly publicKey: Uint8Array;
  readonly id: string;
}

/** The Ed25519 key with this name. */
export function keyNamed(name: string): TestKey {
  const publicKey = publicKeyOf('ed25519', hash('sha256', utf8Encode(name)));
  return { publicKey, id: toHex(keyId('sha256', 'ed25519', publicKey)) };
}

/** A checkpoint key of an organisation on the test chain, with the proof that it is held. */
export function validatorKey(
  organisation: string,
  name: string,
  chain = 'test.example/chain',
): MembershipArgs['rotateValidatorKey'] {
  const privateKey = hash('sha256', utf8Encode(name));
  const key = {
    organisation,
    algorithm: 'ed25519' as const,
    publicKey: publicKeyOf('ed25519', privateKey),
  };
  return { ...key, proof: sign('ed25519', privateKey, validatorKeyMessage(chain, key)) };
}

/** Three organisations; acme has two admins and a clerk, beta one admin, court nobody. */
export function genesisDocument(change: Partial<GenesisDocument> = {}): GenesisDocument {
  const key = (member: string): GenesisDocument['keys'][number] => ({
    member,
    algorithm: 'ed25519',
    publicKey: toBase64(keyNamed(member).publicKey),
    purpose: 'sign',
  });
  return {
    format: 'hefu-genesis/1',
    chain: 'test.example/chain',
    suite: 'international',
    time: 1_767_225_600_000,
    algorithms: ['ed25519', 'es256'],
    organisations: [
      { id: 'acme', name: 'Acme' },
      { id: 'beta', name: 'Beta' },
      { id: 'court', name: '法院' },
    ],
    members: [
      { id: 'acme/ann', kind: 'person', roles: ['operator', 'admin'] },
      { id: 'acme/bob', kind: 'person', roles: ['admin'] },
      { id: 'acme/cho', kind: 'service', roles: ['clerk'] },
      { id: 'beta/dan', kind: 'person', roles: ['admin'] },
    ],
    keys: ['acme/ann', 'acme/bob', 'acme/cho', 'beta/dan'].map(key),
    validators: [
      {
        organisation: 'acme',
        algorithm: 'ed25519',
        publicKey: toBase64(keyNamed('acme validator').publicKey),
        power: 1,
      },
    ],
    governance: { kind: 'role', roles: ['operator'] },
    modules: [{ name: 'membership', version: 1 }],
    parameters: {
      blockStatementsMax: 1000,
      heartbeatMs: 60_000,
      attachmentBytesMax: 524_288,
      stateHorizonBlocks: 0,
    },
    ...change,
  };
}

/** A chain that starts from this document. */
export function startHost(document: GenesisDocument = genesisDocument()): TestHost {
  return createTestHost({ modules: [membership], genesis: document });
}

/** The member with the roles and standing that the state says now. */
export function signer(host: TestHost, member: string): Caller {
  const record = host.value('members', member) as { readonly roles: readonly string[] } | undefined;
  return host.caller(member, record?.roles ?? [], keyNamed(member).id);
}

import { equalBytes, toHex } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { CliFault } from '../../fault.ts';
import { AS_ADMIN, requireAccepted } from '../../membership/change.ts';
import { actingMember, openFolderKeystore, openSigner } from '../../node/signer.ts';
import { trustedClient } from '../../node/trusted-client.ts';
import { fields, timeText } from '../../output/table.ts';

export const describe: CommandText = {
  summary:
    'Shows or registers the key to which objects are wrapped that are granted to the organisation.',
  details: [
    'As long as none is registered, any member of the organisation can pull for it with a key of the moment. Once one is, granters wrap to that key alone. --register puts this node’s own encryption key on the ledger, in place of an earlier one: after it was rotated too.',
  ],
  examples: ['hefu share key', 'hefu share key --register'],
  json: '`{format: "hefu-encryption-key/1", organisation, own: {algorithm, publicKey}, registered: {algorithm, publicKey, by, time, height} | null, same}`; bytes in hex.',
};

export const options: readonly OptionText[] = [
  { flags: '--register', summary: 'Registers this node’s encryption key.' },
  AS_ADMIN,
];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly register?: boolean; readonly as?: string },
): Promise<ExitCode> {
  const { output } = context;
  const member = actingMember(context, input.as, 'admin');
  const [organisation = ''] = member.split('/');
  const { client } = await trustedClient(context);
  const { suite } = await client.chainInfo();
  const own = ownKey(context, suite);
  if (input.register === true) {
    const signer = await openSigner(context, client, member);
    requireAccepted(await client.sharing.registerEncryptionKey(signer, own));
  }
  const found = await client.sharing.encryptionKey(organisation);
  const same = found?.algorithm === own.algorithm && equalBytes(found.publicKey, own.publicKey);
  const registered =
    found === undefined
      ? null
      : {
          algorithm: found.algorithm,
          publicKey: toHex(found.publicKey),
          by: found.by,
          time: found.time,
          height: found.height,
        };
  const value = {
    format: 'hefu-encryption-key/1',
    organisation,
    own: { algorithm: own.algorithm, publicKey: toHex(own.publicKey) },
    registered,
    same,
  };
  output.result(value, () => [
    ...fields([
      ['organisation', organisation],
      ['this node’s', `${own.algorithm} ${value.own.publicKey}`],
      [
        'registered',
        registered === null
          ? 'none'
          : `${registered.algorithm} ${registered.publicKey}, by ${registered.by}, ${timeText(registered.time)}`,
      ],
    ]),
    same || registered === null
      ? `${output.style('good', '✓')} this node can pull for ${organisation}`
      : `${output.style('warn', '●')} this node cannot pull for ${organisation}: another key is registered`,
  ]);
  return EXIT.ok;
}

/** The node's encryption key: the newest of the suite's algorithm, as the node itself takes it. */
function ownKey(
  context: CommandContext,
  suite: 'international' | 'gm',
): { readonly algorithm: 'x25519' | 'sm2'; readonly publicKey: Uint8Array } {
  const algorithm = suite === 'gm' ? 'sm2' : 'x25519';
  const [key] = openFolderKeystore(context)
    .list()
    .keys.filter((each) => each.purpose === 'encrypt' && each.hash === suiteHash(suite))
    .filter((each) => each.algorithm === algorithm && each.member === undefined)
    .toSorted((left, right) => (right.created ?? 0) - (left.created ?? 0));
  if (key !== undefined) return { algorithm, publicKey: key.publicKey };
  throw new CliFault({
    code: 'encryption-key-missing',
    exitCode: EXIT.notFound,
    what: `the keystore holds no encryption key (${algorithm})`,
    advice: 'Restore keys/ from a backup.',
  });
}

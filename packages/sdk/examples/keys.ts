// Makes a key, keeps it under a passphrase, and has an admin add a member with it.
import { createSigner, generateKeyPair, openSealedKey, sealKey } from '@hefu/sdk';
import { client, signer } from './setup.ts';

const own = await client();
const admin = await signer(own);
const [organisation = ''] = admin.member.split('/');

const key = generateKeyPair('ed25519');
const file = JSON.stringify(await sealKey(key, 'correct horse battery staple'));
console.log(`encrypted key: ${file.length} characters`);

const member = `${organisation}/clerk-${Date.now().toString(36)}`;
const { code, height } = await own.members.call(admin, 'addMember', {
  member,
  kind: 'person',
  roles: ['depositor'],
  key: { algorithm: key.algorithm, publicKey: key.publicKey },
});
console.log(`member added: ${code}`);

// Later, in another place, with the file and the passphrase:
const opened = await openSealedKey(JSON.parse(file), 'correct horse battery staple');
const clerk = createSigner({ member, ...opened, hashName: await own.hashName() });
const sha256 = crypto.getRandomValues(new Uint8Array(32));
const deposited = await own.evidence.deposit(clerk, { kind: 'digest', sha256 }, 'public');
console.log(
  `deposited with it: ${deposited.code}, at a later height: ${deposited.height > height}`,
);

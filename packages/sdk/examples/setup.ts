import { readFileSync } from 'node:fs';
import { connect, createSigner, privateKeyFromPkcs8 } from '@hefu/sdk';
import type { HefuClient, Signer } from '@hefu/sdk';

/** The node's address, for all examples. */
export const NODE_URL = process.env['HEFU_URL'] ?? 'http://127.0.0.1:8440';

/** A client with the trust file that the node gives now. Better: a trust file that came another way. */
export async function client(): Promise<HefuClient> {
  return connect({ url: NODE_URL });
}

/** A signer with the key of a member: `organisation/name`, and its PEM file. */
export async function signer(own: HefuClient): Promise<Signer> {
  const { HEFU_MEMBER: member, HEFU_KEY_FILE: path } = process.env;
  if (member === undefined || path === undefined) {
    throw new Error('set HEFU_MEMBER and HEFU_KEY_FILE');
  }
  const key = privateKeyFromPkcs8(readFileSync(path, 'utf8'));
  if (!key.ok) throw new Error(`${path}: ${key.code}`);
  const { algorithm, privateKey } = key;
  return createSigner({ member, algorithm, privateKey, hashName: await own.hashName() });
}

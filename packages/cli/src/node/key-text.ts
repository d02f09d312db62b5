import type { KeyInfo } from '@hefu/keystore';
import { fields, timeText } from '../output/table.ts';

/** A key as `--json` prints it. */
export function keyJson(key: KeyInfo): object {
  return {
    format: 'hefu-key-info/1',
    ...key,
    publicKey: Buffer.from(key.publicKey).toString('base64'),
  };
}

/** Where the private half lies. */
export function keyPlace({ token, service }: KeyInfo): string {
  if (service !== undefined) return `at the signing service as ${service.key}`;
  return token === undefined ? 'sealed in its file' : `on the token ${token.label} as ${token.id}`;
}

/** A key for people. */
export function keyLines(key: KeyInfo): readonly string[] {
  return fields([
    ['id', key.id],
    ['member', key.member ?? '(the node)'],
    ['algorithm', key.algorithm],
    ['purpose', key.purpose],
    ['lies', keyPlace(key)],
    ['public key', Buffer.from(key.publicKey).toString('base64')],
    ['since', key.created === undefined ? '?' : timeText(key.created)],
  ]);
}

import { toHex } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { HashName, Suite } from '@hefu/crypto/algorithm';
import type { KeystoreSigner } from '@hefu/keystore';
import { prepareStatement } from '@hefu/protocol';
import type { StatementArgs } from '@hefu/protocol';
import { dataPaths } from '../node/data-folder.ts';
import { openNodeKeystore } from '../node/open-node-keystore.ts';
import type { Environment } from '../node/open-node-keystore.ts';

const HOUR_MS = 3_600_000;

/** Signs with the keys of a data folder and talks to its node. */
export interface NodeClient {
  readonly hashName: HashName;
  sign(member: string, method: string, args: StatementArgs): { bytes: Uint8Array; id: string };
  /** Posts a statement; the id when it was committed. Throws what was answered otherwise. */
  post(
    url: string,
    statement: { readonly bytes: Uint8Array; readonly id: string },
  ): Promise<string>;
}

export function createNodeClient(options: {
  readonly directory: string;
  readonly environment: Environment;
  readonly chain: string;
  readonly suite: Suite;
}): NodeClient {
  const keystore = openNodeKeystore(dataPaths(options.directory), options.environment);
  const hashName = suiteHash(options.suite);
  const signerOf = (member: string): KeystoreSigner => {
    const info = keystore.list().keys.find((key) => key.member === member);
    const found = keystore.signer(info?.id ?? '');
    if (!found.ok) throw new Error(`${member}: ${found.code}`);
    return found.signer;
  };
  return {
    hashName,
    sign(member, method, args) {
      const signer = signerOf(member);
      const { algorithm, keyId } = signer;
      const unsigned = prepareStatement({
        hash: hashName,
        chain: options.chain,
        member,
        algorithm,
        keyId,
        contract: 'evidence',
        method,
        args,
        expires: Date.now() + HOUR_MS,
      });
      return { bytes: unsigned.finish(signer.sign(unsigned.toBeSigned)), id: toHex(unsigned.id) };
    },
    async post(url, { bytes, id }) {
      const answer = await fetch(`${url}/v1/statements`, {
        method: 'POST',
        headers: { 'content-type': 'application/cose' },
        body: Uint8Array.from(bytes),
      });
      const body = (await answer.json()) as { readonly id?: string; readonly code?: string };
      if (answer.status !== 202 || body.code !== 'ok' || body.id !== id) {
        throw new Error(`${answer.status} ${JSON.stringify(body)}`);
      }
      return id;
    },
  };
}

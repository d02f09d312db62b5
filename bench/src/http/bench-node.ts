import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromHex } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import { openKeystore } from '@hefu/keystore';
import { prepareStatement } from '@hefu/protocol';
import type { StatementArgs } from '@hefu/protocol';
import { initData } from '@hefu/server';
import { startChildServer } from './child-server.ts';

/** A real node under load, and somebody whose statements it takes. */
export interface BenchNode extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  readonly processId: number;
  /** Signs the first user in, once. */
  readonly signInLink: string | undefined;
  sign(method: string, args: StatementArgs): Uint8Array;
}

const ENTRY = fileURLToPath(new URL('./node-entry.ts', import.meta.url));

/** Makes a data folder with the sample consortium and starts a node on it. */
export async function startBenchNode(root: string): Promise<BenchNode> {
  const directory = join(root, 'node');
  const masterKeyFile = join(root, 'master.key');
  const environment = { HEFU_MASTER_KEY_FILE: masterKeyFile };
  const made = initData({ directory, suite: 'international', consortium: 'sample', environment });
  const sign = signerOf(directory, masterKeyFile, made);
  const server = await startChildServer(ENTRY, { arguments: [directory], environment });
  const credentials = JSON.parse(readFileSync(join(directory, 'credentials.json'), 'utf8')) as {
    readonly token: string;
  };
  return {
    url: server.url,
    token: credentials.token,
    processId: server.processId,
    signInLink: server.signInLink,
    sign,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function signerOf(
  directory: string,
  masterKeyFile: string,
  made: ReturnType<typeof initData>,
): BenchNode['sign'] {
  const member = `${made.organisation}/depositor`;
  const opened = openKeystore({
    directory: join(directory, 'keys'),
    masterKey: { path: masterKeyFile, dataDirectory: directory },
  });
  if (!opened.ok) throw new Error(opened.code);
  const info = opened.keystore
    .list()
    .keys.find((key) => key.member === member && key.purpose === 'sign');
  const keyId = info === undefined ? undefined : fromHex(info.id);
  if (info === undefined || keyId === undefined) throw new Error(`no key of ${member}`);
  const found = opened.keystore.signer(info.id);
  if (!found.ok) throw new Error(found.code);
  const { signer } = found;
  return (method, args) => {
    const unsigned = prepareStatement({
      hash: suiteHash(made.suite),
      chain: made.chain,
      member,
      algorithm: signer.algorithm,
      keyId,
      contract: 'evidence',
      method,
      args,
      expires: Date.now() + 43_200_000,
    });
    return unsigned.finish(signer.sign(unsigned.toBeSigned));
  };
}

// Goal: a node whose own lines make no checkpoint final does not begin to sign. Method: data folders whose genesis names more validators than
// the node's own, or another.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBase64, toBase64 } from '@hefu/bytes';
import { generateKeyPair } from '@hefu/crypto/keys';
import type { GenesisDocument } from '@hefu/protocol';
import { afterAll, expect, it } from 'vitest';
import { createChain } from '../ledger/create-chain.ts';
import { checkpointKeyOf } from './checkpoint-key.ts';
import { chainPaths, dataPaths } from './data-folder.ts';
import { initData } from './init-data.ts';
import { openNodeKeystore } from './open-node-keystore.ts';
import { startNode } from './start-node.ts';

const root = mkdtempSync(join(tmpdir(), 'hefu-operator-'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

async function startWith(name: string, ownPower: number, otherPower: number): Promise<string> {
  const directory = join(root, name);
  const environment = { HEFU_MASTER_KEY_FILE: join(root, 'master.key') };
  const { slug } = initData({ directory, consortium: 'sample', environment });
  const paths = dataPaths(directory);
  const files = chainPaths(paths, slug);
  const made = JSON.parse(readFileSync(files.genesisFile, 'utf8')) as GenesisDocument;
  const [own] = made.validators;
  if (own === undefined) throw new Error('no validator');
  const other = {
    organisation: 'kite-freight',
    algorithm: own.algorithm,
    publicKey: toBase64(generateKeyPair('ed25519').publicKey),
    power: otherPower,
  };
  const genesis = { ...made, validators: [{ ...own, power: ownPower }, other] };
  writeFileSync(files.genesisFile, JSON.stringify(genesis));
  rmSync(files.store, { recursive: true });
  const publicKey = fromBase64(own.publicKey) ?? new Uint8Array();
  const privateKey = checkpointKeyOf(
    openNodeKeystore(paths, environment),
    'international',
    publicKey,
  );
  if (privateKey === undefined) throw new Error('no key');
  const { organisation } = own;
  createChain({ storePath: files.store, genesis, checkpointKey: { organisation, privateKey } });
  try {
    await using node = await startNode({
      directory,
      environment,
      flags: { 'http.port': 0 },
      logDestination: { write: () => undefined },
    });
    return (await (await fetch(`${node.url}/readyz`)).text()).trim();
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

it('starts where its organisation signs final checkpoints alone', async () => {
  expect(await startWith('three-of-four', 3, 1)).toBe('ok');
});

it('does not start where it needs others', async () => {
  expect(await startWith('two-of-three', 2, 1)).toBe('not-the-operator');
});

import { fromHex } from '@hefu/bytes';
import type { Suite } from '@hefu/crypto/algorithm';
import { masterKeyPath, openKeystore } from '@hefu/keystore';
import { parseTrust } from '@hefu/protocol';
import type { Trust } from '@hefu/protocol';
import { HefuClient, pkcs8Of } from '@hefu/sdk';
import type { Signer } from '@hefu/sdk';
import { dataPaths, initData, startNode } from '@hefu/server';
import type { RunningNode } from '@hefu/server';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The sample consortium's members whose keys the node holds. */
export const DEPOSITOR = 'lanhe-dairy/depositor';

/** Nodes of one sample chain, in this process, with folders of their own; removed at the end. */
export class RealNodes implements AsyncDisposable {
  readonly root: string = mkdtempSync(join(tmpdir(), 'hefu-sdk-'));
  readonly environment = { HEFU_MASTER_KEY_FILE: join(this.root, 'master.key') };
  readonly #running: RunningNode[] = [];

  folder(name: string): string {
    return join(this.root, name);
  }

  /** Makes the sample chain in a folder. */
  make(name: string, suite: Suite = 'international'): void {
    initData({
      directory: this.folder(name),
      suite,
      consortium: 'sample',
      environment: this.environment,
    });
  }

  /** Copies the folder of a node that does not run. */
  copy(from: string, to: string): void {
    cpSync(this.folder(from), this.folder(to), { recursive: true });
  }

  async start(name: string, port = 0): Promise<RunningNode> {
    const node = await startNode({
      directory: this.folder(name),
      environment: this.environment,
      flags: { 'http.port': port },
      logDestination: { write: () => undefined },
    });
    this.#running.push(node);
    return node;
  }

  async stop(node: RunningNode): Promise<void> {
    this.#running.splice(this.#running.indexOf(node), 1);
    await node.close();
  }

  /** A member's signer, with the key that the node holds. */
  signer(name: string, member: string = DEPOSITOR): Signer {
    const { algorithm, keyId, sign } = this.#heldKey(name, member);
    return { member, algorithm, keyId, sign };
  }

  /** Writes a member's private key as PEM; the file's path. */
  writeKey(name: string, member: string): string {
    const { algorithm, privateKey } = this.#heldKey(name, member);
    const path = join(this.root, `${member.replace('/', '-')}.pem`);
    writeFileSync(path, pkcs8Of(algorithm, privateKey), { mode: 0o600 });
    return path;
  }

  #heldKey(name: string, member: string) {
    const paths = dataPaths(this.folder(name));
    const opened = openKeystore({
      directory: paths.keys,
      masterKey: { path: masterKeyPath(this.environment), dataDirectory: paths.root },
    });
    if (!opened.ok) throw new Error(opened.code);
    const key = opened.keystore
      .list()
      .keys.find((each) => each.member === member && each.purpose === 'sign');
    const found = key === undefined ? undefined : opened.keystore.signer(key.id);
    const keyId = fromHex(key?.id ?? '');
    if (found?.ok !== true || keyId === undefined) throw new Error(`no key of ${member}`);
    const { signer } = found;
    const { algorithm, privateKey } = signer;
    const sign = (bytes: Uint8Array): Uint8Array => signer.sign(bytes);
    return { algorithm, privateKey, keyId, sign } as const;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.#running) await node.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** The trust file that a node gives, as a stranger would have got it by another way. */
export async function trustOf(url: string): Promise<Trust> {
  const verdict = parseTrust(await new HefuClient({ url, verify: false }).trust());
  if (verdict.ok) return verdict.trust;
  throw new Error(verdict.code);
}

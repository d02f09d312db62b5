// Goal: a granter's node that lies, in any of its answers, gets nothing stored and nothing signed beyond what it may have. Method:
// a real granter's node behind a hand that changes its answers one part at a time; the grantee's side as it is.
import { fromBase64, toBase64, toHex, utf8Encode } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { openSigners } from '@hefu/keystore';
import { parseTrust } from '@hefu/protocol';
import { createQuota, openFolderStorage } from '@hefu/vault';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSharingConsortium } from '../testing/sharing-consortium.ts';
import type { SharingConsortium } from '../testing/sharing-consortium.ts';
import { createGranterHttp } from './granter-http.ts';
import type { GranterHttp } from './granter-http.ts';
import { openSharing } from './open-sharing.ts';
import { createPartialPull } from './partial-pull.ts';
import { pullObject } from './pull-object.ts';
import type { PullOptions } from './pull-object.ts';

type Json = Record<string, unknown>;

/** What the hand does to one answer. */
interface Lie {
  readonly challenge?: (answer: Json) => Json;
  readonly offer?: (answer: Json) => Json;
  readonly ciphertext?: (piece: Uint8Array) => Uint8Array;
}

function lying(real: GranterHttp, lie: Lie): GranterHttp & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async post(path, body) {
      asked.push(path);
      const answer = (await real.post(path, body)) as Json;
      const change = path.endsWith('challenges') ? lie.challenge : lie.offer;
      return change === undefined ? answer : change(answer);
    },
    async *range(path, start, end) {
      for await (const piece of real.range(path, start, end)) {
        yield lie.ciphertext?.(piece) ?? piece;
      }
    },
  };
}

const content = utf8Encode('what only the grantee may have. '.repeat(5000));
const digest = toHex(hash('sha256', content));

describe('a granter that lies', () => {
  let consortium: SharingConsortium;
  let directory: string;
  let otherOffer: Json;
  let options: Omit<PullOptions, 'http' | 'partial'>;
  let grant: string;

  beforeAll(async () => {
    consortium = await startSharingConsortium('international');
    const { granter, grantee } = consortium;
    directory = mkdtempSync(join(tmpdir(), 'hefu-lies-'));
    const second = utf8Encode('another object');
    const secondDigest = toHex(hash('sha256', second));
    for (const [id, bytes] of [
      [digest, content],
      [secondDigest, second],
    ] as const) {
      const headers = { 'content-type': 'application/octet-stream' };
      const put = { method: 'PUT', headers, body: Uint8Array.from(bytes) };
      await granter.operator(`/v1/vault/objects/${id}`, put);
    }
    const grantOf = async (object: string): Promise<string> =>
      consortium.say('lanhe-dairy/admin', 'sharing', 'grant', {
        object,
        grantee: grantee.organisation,
        readers: [granter.organisation, grantee.organisation],
      });
    grant = await grantOf(digest);
    const secondGrant = await grantOf(secondDigest);
    const parsed = parseTrust(await (await fetch(`${granter.url()}/v1/trust`)).json());
    const encryption = grantee.keystore.list().keys.find(({ purpose }) => purpose === 'encrypt');
    const decryption = grantee.keystore.decryptionKey(encryption?.id ?? '');
    const keySigners = openSigners(grantee.keystore, {});
    const signer = keySigners.of(consortium.keyOf('kite-freight/admin'));
    if (!parsed.ok || !decryption.ok || !signer.ok) throw new Error('the test lacks a key');
    const recipient = decryption.key;
    const sharing = await openSharing({
      keystore: grantee.keystore,
      keySigners,
      hashName: 'sha256',
      vault: {
        hashName: 'sha256',
        recipient,
        decryptionKey: () => decryption.key,
        now: () => Date.now(),
      },
      storages: {
        own: async () => openFolderStorage({ directory: join(directory, 'own') }),
        granted: async (of) => openFolderStorage({ directory: join(directory, 'granted', of) }),
        granters: async () => [],
      },
      quota: createQuota(),
      grantedQuotaBytes: undefined,
      pullsDirectory: join(directory, 'pulls'),
    });
    options = {
      trust: parsed.trust,
      grant,
      grantee: grantee.organisation,
      signer: signer.signer,
      recipient,
      decryptionKey: decryption.key,
      granted: sharing.granted,
    };
    await pullWith({ offer: (answer) => (otherOffer = answer) }, secondGrant);
  }, 60_000);

  afterAll(async () => {
    await consortium[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  });

  async function pullWith(
    lie: Lie,
    of = grant,
  ): Promise<{ code: string; asked: readonly string[] }> {
    const http = lying(createGranterHttp(consortium.granter.url()), lie);
    const partial = createPartialPull(join(directory, 'pulls'), of);
    try {
      await pullObject({ ...options, grant: of, http, partial });
      return { code: 'ok', asked: http.asked };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      return { code, asked: http.asked };
    }
  }

  function bent(base64: unknown): string {
    const bytes = Uint8Array.from(fromBase64(String(base64)) ?? []);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    return toBase64(bytes);
  }

  const signerLie =
    (part: string, change: (proven: Json) => Json): NonNullable<Lie['challenge']> =>
    (answer) => {
      const signer = answer['signer'] as Json;
      return { ...answer, signer: { ...signer, [part]: change(signer[part] as Json) } };
    };

  it.each<[string, NonNullable<Lie['challenge']>]>([
    ['another chain', (answer) => ({ ...answer, chain: 'other.example' })],
    ['another genesis', (answer) => ({ ...answer, genesis: '00'.repeat(32) })],
    ['another organisation', (answer) => ({ ...answer, granter: 'corner-market' })],
    ['another challenge', (answer) => ({ ...answer, challenge: bent(answer['challenge']) })],
    ['a bent signature', (answer) => ({ ...answer, signature: bent(answer['signature']) })],
    ['a bent key', signerLie('key', (p) => ({ ...p, value: bent(p['value']) }))],
    ['a bent member', signerLie('memberRecord', (p) => ({ ...p, value: bent(p['value']) }))],
    ['a bent organisation', signerLie('organisation', (p) => ({ ...p, value: bent(p['value']) }))],
    ['a bent proof', signerLie('key', (p) => ({ ...p, state: bent(p['state']) }))],
    [
      'a bent checkpoint',
      signerLie('key', (p) => ({
        ...p,
        checkpoint: String(p['checkpoint']).replace(/\n\d+\n/, '\n9\n'),
      })),
    ],
    [
      'a member of another',
      (answer) => ({
        ...answer,
        signer: { ...(answer['signer'] as Json), member: 'kite-freight/admin' },
      }),
    ],
  ])('in its challenge, with %s, is told nothing', async (_name, challenge) => {
    const { code, asked } = await pullWith({ challenge });
    expect(code).toBe('granter-not-proven');
    expect(asked).toEqual(['/v1/exchange/challenges']);
  });

  it.each<[string, NonNullable<Lie['offer']>, string]>([
    [
      'another object',
      (answer) => ({ ...answer, object: otherOffer['object'] }),
      'grant-not-proven',
    ],
    ['another grant', (answer) => ({ ...answer, grant: otherOffer['grant'] }), 'grant-not-proven'],
    ['all of another offer', () => otherOffer, 'grant-not-proven'],
    [
      'another trailer',
      (answer) => ({ ...answer, trailer: otherOffer['trailer'] }),
      'object-not-proven',
    ],
    [
      'a bent trailer',
      (answer) => ({ ...answer, trailer: bent(answer['trailer']) }),
      'object-not-proven',
    ],
    ['another size', (answer) => ({ ...answer, sealedBytes: 5 }), 'object-not-proven'],
    ['no form', () => ({ object: digest }), 'granter-not-understood'],
    ['a field too many', (answer) => ({ ...answer, more: 1 }), 'granter-not-understood'],
  ])('in its offer, with %s, is found out', async (_name, offer, code) => {
    expect((await pullWith({ offer })).code).toBe(code);
  });

  it('in its ciphertext is found out, and the truth is taken after it', async () => {
    const flip = (piece: Uint8Array): Uint8Array => {
      const changed = Uint8Array.from(piece);
      changed[100] = (changed[100] ?? 0) ^ 1;
      return changed;
    };
    expect((await pullWith({ ciphertext: flip })).code).toBe('object-not-proven');
    const longer = (piece: Uint8Array): Uint8Array => Buffer.concat([piece, Buffer.alloc(100_000)]);
    expect((await pullWith({ ciphertext: longer })).code).toBe('object-not-proven');
    const vault = await options.granted.of('lanhe-dairy');
    expect(await vault.has(digest)).toBe(false);
    // What was torn is found out at the end and dropped; then a pull begins anew.
    const codes = [(await pullWith({})).code, (await pullWith({})).code];
    expect(codes).toContain('ok');
    expect(await vault.verify(digest)).toMatchObject({ ok: true, size: content.length });
    expect(readdirSync(join(directory, 'pulls'))).toEqual([]);
  });
});

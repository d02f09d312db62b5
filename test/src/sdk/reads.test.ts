// Goal: everything the client reads is proven on chains of both suites, whatever was deposited and changed before, and what was seen is
// kept over restarts. Method: a real node of each suite; deposits of every kind, changes of members between listing and proving, a
// folder as memory.
import { hash } from '@hefu/crypto/hash';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { HashName, Suite } from '@hefu/crypto/algorithm';
import { toHex } from '@hefu/bytes';
import { parseTrust } from '@hefu/protocol';
import { connect, HefuClient, verifyReceipt } from '@hefu/sdk';
import type { HefuClientOptions, Item, Signer } from '@hefu/sdk';
import { fileSeenStore } from '@hefu/sdk/node';
import { readCredentialsFile, dataPaths } from '@hefu/server';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { honest, startLiar, withJson } from './liar.ts';
import type { Liar } from './liar.ts';
import { DEPOSITOR, RealNodes, trustOf } from './real-node.ts';

const ADMIN = 'lanhe-dairy/admin';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) taken.push(item);
  return taken;
}

describe.each(['international', 'gm'] as const)('on a chain of suite %s', (suite: Suite) => {
  const nodes = new RealNodes();
  const hashName: HashName = suiteHash(suite);
  let liar: Liar;
  let own: HefuClient;
  let operator: HefuClient;
  let signer: Signer;
  let admin: Signer;

  function item(name: string): Item {
    const content = new TextEncoder().encode(`${suite} ${name}`);
    const digests = { sha256: hash('sha256', content), sm3: hash('sm3', content) };
    return {
      kind: 'file',
      ...digests,
      name,
      title: `The ${name}`,
      case: `case-${name}`,
      size: content.length,
    };
  }

  beforeAll(async () => {
    nodes.make('one', suite);
    signer = nodes.signer('one', DEPOSITOR);
    admin = nodes.signer('one', ADMIN);
    liar = await startLiar((await nodes.start('one')).url);
    const trust = await trustOf(liar.url);
    own = new HefuClient({ url: liar.url, trust });
    const { token } = readCredentialsFile(dataPaths(nodes.folder('one')));
    operator = new HefuClient({ url: liar.url, trust, token });
  });
  afterAll(async () => {
    await liar[Symbol.asyncDispose]();
    await nodes[Symbol.asyncDispose]();
  });

  it('deposits of every kind are found, each row proven', async () => {
    const single = await own.evidence.deposit(signer, item('one'), 'public');
    const items = ['two', 'three', 'four'].map(item);
    const described = { readers: 'public', title: 'Three', case: 'case-batch' } as const;
    const batch = await own.evidence.depositBatch(signer, items, described);
    const kept = await operator.evidence.deposit(signer, item('five'), ['lanhe-dairy']);
    expect([single.code, batch.code, kept.code]).toEqual(['ok', 'ok', 'ok']);
    expect(await own.waitForReads(kept.height)).toBe(true);
    const found = await all(own.evidence.search({ limit: 1 }));
    expect(found.map(({ id }) => id)).toEqual([batch.id, single.id]);
    const more = await all(operator.evidence.search());
    expect(more.map(({ id }) => id)).toEqual([kept.id, batch.id, single.id]);
    const [byDigest] = (
      await own.evidence.find({ sm3: toHex(item('three').sm3 ?? new Uint8Array()) })
    ).items;
    expect(byDigest).toMatchObject({ id: batch.id, index: 1, item: { name: 'three' } });
    const whole = await own.receipt(batch.id);
    const receipt = own.evidence.itemReceipt(whole, batch.batch, 2);
    expect(await own.verified(receipt, { id: batch.id })).toEqual(receipt);
    expect(await all(own.evidence.receipts(batch.id))).toHaveLength(3);
    // What may not be read here is refused here, and not denied.
    await expect(own.evidence.record(kept.id)).rejects.toMatchObject({ code: 'not-readable' });
    expect(await own.statement(kept.id)).toMatchObject({
      code: 'ok',
      readable: false,
      proven: true,
    });
    expect(await operator.statement(kept.id)).toMatchObject({
      said: { member: DEPOSITOR, method: 'deposit' },
    });
    expect(await operator.evidence.record(kept.id)).toMatchObject({
      type: 'single',
      item: { name: 'five' },
    });
    expect(await own.evidence.record('00'.repeat(32))).toBeUndefined();
  });

  it('an item of a batch that the node tells otherwise is caught', async () => {
    const [found] = (
      await own.evidence.find({ sha256: toHex(item('two').sha256 ?? new Uint8Array()) })
    ).items;
    expect(found).toMatchObject({ index: 0, item: { title: 'The two' } });
    liar.lie = ({ path }, truth) =>
      path.startsWith('/v1/evidence?')
        ? withJson(truth, ({ items, ...page }) => ({
            ...page,
            items: (items as { item: object }[]).map((row) => ({
              ...row,
              item: { ...row.item, title: 'Mine' },
            })),
          }))
        : truth;
    const told = own.evidence.find({ sha256: toHex(item('two').sha256 ?? new Uint8Array()) });
    await expect(told).rejects.toMatchObject({ code: 'listing-contradicted' });
    liar.lie = honest;
  });

  it('members are listed as they stood at the height of the listing', async () => {
    const member = 'lanhe-dairy/listed';
    const made = await own.members.call(admin, 'addMember', {
      member,
      kind: 'service',
      roles: ['depositor'],
    });
    expect(await own.waitForReads(made.height)).toBe(true);
    // The roles change after the listing was made and before it is proven.
    let isChanged = false;
    liar.lie = async ({ path }, truth) => {
      if (!path.startsWith('/v1/members?') || isChanged) return truth;
      isChanged = true;
      const { code } = await operator.members.call(admin, 'setRoles', {
        member,
        roles: ['auditor'],
      });
      expect(code).toBe('ok');
      return truth;
    };
    const listed = await all(own.members.list({ organisation: 'lanhe-dairy' }));
    liar.lie = honest;
    expect(isChanged).toBe(true);
    expect(listed.find(({ id }) => id === member)?.roles).toEqual(['depositor']);
    const then = await own.state('membership', 'members', member, { atHeight: made.height });
    expect(then.value).toMatchObject({ roles: ['depositor'] });
    const now = await own.state('membership', 'members', member);
    expect(now.value).toMatchObject({ roles: ['auditor'] });
    const shown = await own.members.show(DEPOSITOR);
    expect(shown.keys).toHaveLength(1);
    expect((await own.members.key(toHex(signer.keyId))).member).toBe(DEPOSITOR);
    expect(await all(own.members.organisations())).toHaveLength(3);
    expect((await own.members.organisation('lanhe-dairy')).status).toBe('active');
  });

  it('the log is read whole, and what was seen is kept in a folder', async () => {
    const entries = await all(own.entries());
    expect(entries[0]?.entry).toMatchObject({ kind: 'genesis' });
    expect(entries.map(({ index }) => index)).toEqual(entries.map((_, position) => position));
    expect(entries.at(-1)?.entry?.kind).toBe('block');
    const folder = join(nodes.root, 'seen');
    const trust = await trustOf(liar.url);
    const options: HefuClientOptions = { url: liar.url, trust, seen: fileSeenStore(folder) };
    const note = await new HefuClient(options).checkpoint();
    const [file = ''] = readdirSync(folder);
    expect(readFileSync(join(folder, file), 'utf8')).toContain(JSON.stringify(note));
    await own.evidence.deposit(signer, item('later'), 'public');
    expect(await new HefuClient(options).checkpoint()).not.toBe(note);
    writeFileSync(join(folder, file), '{}');
    await expect(new HefuClient(options).checkpoint()).rejects.toMatchObject({
      code: 'seen-damaged',
    });
  });

  it('many reads at a time, while others write, contradict nothing', async () => {
    const work = Array.from({ length: 24 }, async (_, each) => {
      const client = each % 2 === 0 ? own : operator;
      if (each % 3 === 0) return client.evidence.deposit(signer, item(`many ${each}`), 'public');
      if (each % 3 === 1) return client.state('membership', 'members', DEPOSITOR);
      return client.checkpoint();
    });
    // An answer that was under way while a newer one came in is no lie.
    const failed = (await Promise.allSettled(work)).filter(({ status }) => status === 'rejected');
    expect(failed).toEqual([]);
  });

  it('a client that pins a trust file makes receipts that strangers can check', async () => {
    const pinned = await connect({ url: liar.url });
    expect(await pinned.hashName()).toBe(hashName);
    const { id } = await pinned.evidence.deposit(signer, item('pinned'), 'public');
    const trust = parseTrust(await pinned.trust());
    if (!trust.ok) throw new Error(trust.code);
    const receipt = JSON.parse(JSON.stringify(await pinned.receipt(id))) as unknown;
    expect(verifyReceipt({ receipt, trust: trust.trust })).toMatchObject({
      ok: true,
      outcome: 'ok',
    });
  });
});

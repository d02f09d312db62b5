// Goal: below its reserve a node takes nothing in, says so, and goes on by itself once there is room. Method: a watch over a
// disk whose room is told by the test, at every step around both marks; the same behind the HTTP side of a node.
import { expect, it } from 'vitest';
import { createTestNode } from '../testing/test-node.ts';
import { DiskWatch } from './disk-watch.ts';
import { whileRoom } from './while-room.ts';

const MB = 1_000_000;
const RESERVE_BYTES = 100 * MB;

function testDisk(): { freeBytes: number; totalBytes: number } {
  return { freeBytes: 500 * MB, totalBytes: 10_000 * MB };
}

it('is low below the reserve, and no more some way above it', async () => {
  const room = testDisk();
  const told: boolean[] = [];
  using watch = new DiskWatch({
    directory: '/',
    reserveBytes: RESERVE_BYTES,
    read: async () => ({ ...room }),
    onChange: ({ isLow }) => told.push(isLow),
  });
  const steps: readonly (readonly [freeMb: number, isLow: boolean])[] = [
    [500, false],
    [100, false],
    [99, true],
    [100, true],
    [124, true],
    [125, false],
    [100, false],
    [0, true],
    [500, false],
  ];
  for (const [freeMb, isLow] of steps) {
    room.freeBytes = freeMb * MB;
    await watch.look();
    expect(watch.state().isLow, `${freeMb} MB`).toBe(isLow);
  }
  expect(told).toEqual([true, false, true, false]);
});

it('keeps no more than a twentieth of a small disk, and nothing when it is told so', async () => {
  for (const [reserveBytes, reserve] of [
    [RESERVE_BYTES, 5 * MB],
    [0, 0],
  ] as const) {
    using watch = new DiskWatch({
      directory: '/',
      reserveBytes,
      read: async () => ({ freeBytes: 5 * MB, totalBytes: 100 * MB }),
    });
    await watch.look();
    expect(watch.state()).toMatchObject({ reserveBytes: reserve, isLow: false });
  }
});

it('asks the system of the real disk', async () => {
  using watch = new DiskWatch({ directory: '/', reserveBytes: 1 });
  await watch.look();
  expect(watch.state().totalBytes).toBeGreaterThan(0);
  expect(watch.state().isLow).toBe(false);
});

it('refuses statements, attachments and vault objects with 503 and says so in /readyz, and goes on by itself', async () => {
  let isLow = false;
  const disk = { state: () => ({ freeBytes: 1, totalBytes: 100, reserveBytes: 5, isLow }) };
  await using node = await createTestNode({ ledger: (real) => whileRoom(real, disk), disk });
  const post = async () =>
    node.app.inject({
      method: 'POST',
      url: '/v1/statements',
      headers: { 'content-type': 'application/cose' },
      payload: Buffer.from(
        node.mini.call({ contract: 'notes', method: 'write', args: { key: 'k', text: 't' } }).bytes,
      ),
    });
  isLow = true;
  for (const request of [
    { method: 'PUT', url: `/v1/attachments/${'0'.repeat(64)}` },
    { method: 'PUT', url: `/v1/vault/${'0'.repeat(64)}` },
    { method: 'POST', url: '/v1/statements' },
  ] as const) {
    const answer = await node.app.inject(request);
    expect(answer.statusCode, request.url).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'disk-low', retryable: true });
    expect(answer.headers['retry-after']).toBe('30');
  }
  expect((await post()).statusCode).toBe(503);
  expect(await node.host.chains[0]?.ledger.submit([new Uint8Array(1)])).toEqual([
    { ok: false, code: 'disk-low' },
  ]);
  const ready = await node.app.inject('/readyz?verbose');
  expect(ready.statusCode).toBe(503);
  expect(ready.body).toContain('disk');
  expect((await node.app.inject('/log/checkpoint')).statusCode).toBe(200);
  isLow = false;
  expect((await post()).statusCode).toBe(202);
  expect((await node.app.inject('/readyz')).statusCode).toBe(200);
});

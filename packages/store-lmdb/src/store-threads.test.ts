// Goal: one thread reads while another writes, each commit is seen once it is acknowledged, and there is one writer only.
// Method: worker threads and child processes with the store on real files.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { openStore } from './open-store.ts';
import { commitBatch, faultOfBatch, lastBatch } from './testing/batches.ts';
import { temporaryFolder } from './testing/folders.ts';

describe('threads', () => {
  for (const first of ['reader', 'writer'] as const) {
    it(`see each acknowledged commit when the ${first} opened first`, async () => {
      using folder = temporaryFolder();
      openStore({ path: folder.path }).close();
      const early =
        first === 'reader' ? openStore({ path: folder.path, readOnly: true }) : undefined;
      const { worker, answer } = await startWriter(folder.path);
      expect(answer).toBe('open');
      using reader = early ?? openStore({ path: folder.path, readOnly: true });
      expect(lastBatch(reader)).toBe(0);
      using before = reader.snapshot();
      for (let number = 1; number <= 40; number += 1) {
        worker.postMessage(number, []);
        await once(worker, 'message');
        expect(lastBatch(reader)).toBe(number);
        expect(faultOfBatch(reader, number)).toBeUndefined();
      }
      expect(lastBatch(before)).toBe(0);
      expect(() => {
        reader.commit(() => undefined);
      }).toThrow(expect.objectContaining({ code: 'store-read-only' }));
      worker.postMessage(0, []);
      await once(worker, 'exit');
      expect(lastBatch(reader)).toBe(40);
    });
  }

  it('read while the writer is busy, and always a whole batch', async () => {
    using folder = temporaryFolder();
    const { worker } = await startWriter(folder.path);
    using reader = openStore({ path: folder.path, readOnly: true });
    const count = 60;
    for (let number = 1; number <= count; number += 1) worker.postMessage(number, []);
    let reads = 0;
    let last = 0;
    while (last < count) {
      using view = reader.snapshot();
      const seen = lastBatch(view);
      expect(seen).toBeGreaterThanOrEqual(last);
      last = seen;
      expect(seen === 0 ? undefined : faultOfBatch(view, seen)).toBeUndefined();
      reads += 1;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    expect(reads).toBeGreaterThan(1);
    worker.postMessage(0, []);
    await once(worker, 'exit');
  });
});

describe('the one writer', () => {
  it('keeps out a second one in this thread, another thread and another process', async () => {
    using folder = temporaryFolder();
    using store = openStore({ path: folder.path });
    commitBatch(store, 1);
    expect(() => openStore({ path: folder.path })).toThrow(
      expect.objectContaining({
        code: 'store-locked',
        data: { path: folder.path, process: process.pid },
      }),
    );
    const { worker, answer } = await startWriter(folder.path);
    expect(answer).toBe('store-locked');
    await worker.terminate();
    const other = writerProcess(folder.path);
    expect(other.stderr).toContain('store-locked');
    expect(other.stderr).toContain(`process ${process.pid}`);
    commitBatch(store, 2);
    store.close();
    openStore({ path: folder.path }).close();
  });

  it('leaves the folder free when its thread ends, or when opening fails', async () => {
    using folder = temporaryFolder();
    const { worker } = await startWriter(folder.path);
    await worker.terminate();
    const store = openStore({ path: folder.path });
    expect(() => openStore({ path: folder.path })).toThrow('is being written by');
    store.close();
    openStore({ path: folder.path }).close();
  });
});

async function startWriter(path: string): Promise<{ worker: Worker; answer: unknown }> {
  const worker = new Worker(new URL('./testing/writer-thread.ts', import.meta.url), {
    workerData: path,
    execArgv: ['--conditions=source'],
  });
  const [answer] = (await once(worker, 'message')) as [unknown];
  return { worker, answer };
}

function writerProcess(path: string): { stderr: string } {
  const script = new URL('./testing/writer-process.ts', import.meta.url).pathname;
  return spawnSync(process.execPath, ['--conditions=source', script, path, '1000000'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
}

// Goal: a node makes its backups by itself, when they are due and not more often, and a stop does not wait for one. Method: a real
// node with a folder of backups, started, stopped and started again.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { silentLogger } from '../logging/logger.ts';
import { initData } from '../node/init-data.ts';
import { startNode } from '../node/start-node.ts';
import { ANY_PORT, createTestPlace } from '../testing/data-folder.ts';
import { backupIds } from './manifest.ts';
import { verifyBackup } from './verify-backup.ts';

it('the first at once, the next when it is due, and each holds', async () => {
  using place = createTestPlace();
  const { directory, environment } = place;
  initData({ directory, environment, consortium: 'empty' });
  const folder = join(directory, '..', 'backups');
  const flags = { ...ANY_PORT, 'backup.folder': folder, 'backup.everyHours': 1 };
  const told: string[] = [];
  const note = (_fields: object, sentence: string): void => void told.push(sentence);
  const logger = { ...silentLogger(), info: note, error: note };
  for (let round = 0; round < 2; round++) {
    await using _node = await startNode({ directory, environment, logger, flags });
    await expect.poll(() => backupIds(folder).length, { timeout: 15_000 }).toBe(1);
  }
  expect(told.filter((sentence) => sentence.startsWith('backup'))).toEqual(['backup was made']);
  expect((await verifyBackup({ from: folder })).manifest.chains).toHaveLength(1);
}, 40_000);

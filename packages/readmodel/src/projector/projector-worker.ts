// The thread that runs the projections of one chain.
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, ReadModelError } from '../errors.ts';
import { FEED_ANSWER_MAX_MS } from '../limits.ts';
import type { FromProjector, ProjectorData, ToProjector } from '../messages.ts';
import type { ProjectedBlock } from '../types.ts';
import { openProjectionFile } from './database-file.ts';
import { loadProjections } from './load-modules.ts';
import { Projector } from './projector.ts';

interface Question {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const port = parentPort;
if (port === null) throw new Error('this file is the main file of a thread');

const questions = new Map<number, Question>();
let lastQuestion = 0;

/** Asks the host, and waits for its answer. */
function ask<T>(makeMessage: (id: number) => FromProjector): Promise<T> {
  const id = (lastQuestion += 1);
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      questions.delete(id);
      const late = `the feed did not answer within ${FEED_ANSWER_MAX_MS} ms`;
      reject(new ReadModelError('feed-failed', late));
    }, FEED_ANSWER_MAX_MS);
    questions.set(id, { resolve: resolve as (value: unknown) => void, reject, timer });
    tell(makeMessage(id));
  });
}

function tell(message: FromProjector): void {
  port?.postMessage(message, []);
}

function start(projector: Projector): void {
  port?.on('message', (message: ToProjector) => {
    switch (message.kind) {
      case 'advance':
        projector.advance(message.height, message.block);
        break;
      case 'rebuild':
        void rebuild(projector, message.id, message.projection);
        break;
      case 'answer':
        answer(message.id, message.value, message.error);
        break;
      case 'close':
        for (const id of questions.keys()) {
          answer(id, undefined, 'the read models are being closed');
        }
        projector.close();
        break;
    }
  });
}

async function rebuild(projector: Projector, id: number, name: string | undefined): Promise<void> {
  try {
    await projector.rebuild(name);
    tell({ kind: 'rebuilt', id });
  } catch (error) {
    tell({ kind: 'rebuilt', id, error: messageOf(error) });
  }
}

function answer(id: number, value: unknown, error: string | undefined): void {
  const question = questions.get(id);
  if (question === undefined) return;
  questions.delete(id);
  clearTimeout(question.timer);
  if (error === undefined) question.resolve(value);
  else question.reject(new ReadModelError('feed-failed', error));
}

async function main(): Promise<void> {
  const { file, modules } = workerData as ProjectorData;
  let projector: Projector;
  try {
    const projections = await loadProjections(modules);
    projector = new Projector({
      database: openProjectionFile(file),
      projections,
      source: {
        blocks: (from, limit) =>
          ask<readonly ProjectedBlock[]>((id) => ({ kind: 'blocks', id, from, limit })),
        attachment: (digest) =>
          ask<Uint8Array | undefined>((id) => ({ kind: 'attachment', id, digest })),
      },
      report: (status) => {
        tell({ kind: 'progress', status });
      },
    });
  } catch (error) {
    const code = error instanceof ReadModelError ? error.code : 'database-failed';
    tell({ kind: 'refused', code, message: messageOf(error) });
    return;
  }
  start(projector);
  await projector.run();
  tell({ kind: 'closed' });
  port?.close();
}

await main();

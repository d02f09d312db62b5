import { Socket } from 'node:net';
import type { App } from '../zod-provider.ts';

/**
 * Cuts off clients that take nothing of their answer for so long: what is held for them is somebody else's memory. Bytes that
 * move, however slowly, are enough (Node looks at the progress of the write). The time begins with the answer, so that work
 * may take as long as it needs; Node itself ends it with the answer.
 */
export function cutStalledAnswers(app: App, stalledMs: number): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (reply.raw.socket instanceof Socket) reply.raw.setTimeout(stalledMs);
    done(null, payload);
  });
}

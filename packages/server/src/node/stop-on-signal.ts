import type { RunningNode } from './start-node.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Resolves when the node has stopped after a signal. A second signal while it is stopping is left to the system, which
 * ends the process: nothing that was acknowledged depends on a tidy end.
 */
export async function stopOnSignal(node: RunningNode): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of SIGNALS) process.once(signal, resolve);
  await promise;
  for (const signal of SIGNALS) process.removeListener(signal, resolve);
  await node.close();
}

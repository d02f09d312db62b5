/**
 * Runs tasks of the same key one at a time, in the order they came; tasks of different keys side by
 * side. A failed task does not stop the next.
 */
export function createTurns(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const lasts = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const last = lasts.get(key) ?? Promise.resolve();
    const run = last.then(task, task);
    lasts.set(key, run);
    try {
      return await run;
    } finally {
      if (lasts.get(key) === run) lasts.delete(key);
    }
  };
}

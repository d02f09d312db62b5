/** Runs tasks one at a time in the order they came; a failed one does not stop the next. */
export function createTurn(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return async (task) => {
    const run = last.then(task, task);
    last = run;
    return run;
  };
}

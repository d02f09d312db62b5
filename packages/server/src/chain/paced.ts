/** Calls at once when it was not called lately, otherwise once at the end of the pause. */
export function paced(
  pauseMs: number,
  action: () => void,
): { readonly call: () => void; readonly cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  function run(): void {
    again = false;
    action();
    timer = setTimeout(() => {
      timer = undefined;
      if (again) run();
    }, pauseMs);
    timer.unref();
  }
  return {
    call: () => {
      if (timer === undefined) run();
      else again = true;
    },
    cancel: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

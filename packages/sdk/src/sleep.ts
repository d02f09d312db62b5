/** Waits; throws the signal's reason as soon as it is aborted. */
export async function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, durationMs);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** First pause after a failure; each further one doubles it. */
export const BACKOFF_FIRST_MS = 250;
/** Longest pause between two tries. */
export const BACKOFF_MAX_MS = 30_000;

/** Pause after the n-th failure in a row (from 1), with jitter so that clients do not come back all at once. */
export function backoffMs(failures: number): number {
  const full = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures - 1, 16));
  return full * (0.5 + Math.random() / 2);
}

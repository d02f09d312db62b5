import { fileURLToPath } from 'node:url';
import type { TestBrowser } from './browser.ts';

export { openBrowser } from './browser.ts';
export type { TestBrowser } from './browser.ts';

// Bundled for the page from its source, wherever this file was built to.
const PAGE = fileURLToPath(new URL('../../src/browser/pages/verify-speed.ts', import.meta.url));

/** Milliseconds of verifying one receipt `runs` times in a secure page, the first with every key still unknown. */
export async function verifyTimes(
  browser: TestBrowser,
  input: { readonly receipt: unknown; readonly trust: unknown; readonly runs: number },
): Promise<readonly number[]> {
  return (await browser.run(PAGE, input, 'secure')) as readonly number[];
}

// Vitest runs this once before all tests, so that they meet the page of the sources as they are.
import { ensurePage } from './page.mjs';

/** Builds the page when a source has changed; a few milliseconds when none has. */
export async function setup() {
  await ensurePage();
}

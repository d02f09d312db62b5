/** Address of a thread's main file, given without its ending: a source when sources are run directly, else built. */
export function threadFile(path: string): URL {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return new URL(`${path}${extension}`, import.meta.url);
}

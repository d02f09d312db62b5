import { build } from 'esbuild';
import { dirname } from 'node:path';

/**
 * Bundles a TypeScript file for a page, from the sources of the packages, and leaves its exports in
 * the global `hefuPage`. Node built-ins do not resolve in a browser, so a package that reached for
 * one fails here, by name.
 */
export async function bundleForPage(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: dirname(entry),
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'hefuPage',
    platform: 'browser',
    target: 'es2024',
    conditions: ['source', 'browser'],
    logLevel: 'silent',
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return output.text;
}

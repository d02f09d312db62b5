// Builds the verifier: one HTML file with its style and its code, which asks nobody for anything.
//
// Plain JavaScript on purpose: the set-up runs it on the Node of the machine, before the project's own
// is there. The same sources give the same bytes, on every machine.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const VERIFIER = dirname(HERE);
const ROOT = dirname(dirname(VERIFIER));
const PAGE = join(VERIFIER, 'src', 'page');

/** Where the built files lie; `src/index.ts` finds them from there. */
export const BUILT = join(VERIFIER, 'built');
const HTML = join(BUILT, 'verifier.html');
const INPUTS = join(BUILT, 'inputs.json');

/** What the code is written for: browsers from early 2023 on. */
const TARGET = ['es2022', 'chrome110', 'firefox115', 'safari16.4'];

const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" fill="#1f7a74"><path d="M23 4H12a7 7 0 0 0-7 7v26a7 7 0 0 0 7 7h11l-4-7 6-7-6-7 6-7-6-7zM27 4h9a7 7 0 0 1 7 7v26a7 7 0 0 1-7 7h-9l-4-7 6-7-6-7 6-7-6-7z"/></svg>',
  );

/** Bundles a file of the verifier for browsers, from the sources of the packages. */
export async function bundle(entry, options = {}) {
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    minify: true,
    charset: 'utf8',
    format: 'iife',
    platform: 'browser',
    target: TARGET,
    conditions: ['source', 'browser'],
    legalComments: 'eof',
    logLevel: 'silent',
    metafile: true,
    ...options,
  });
  return {
    text: result.outputFiles[0].text.trimEnd(),
    inputs: Object.keys(result.metafile.inputs),
  };
}

/** `sha256-…`, as a content security policy names a script or style. */
function policyHash(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** The page and the files it is made of. */
export async function buildPage() {
  const script = await bundle(join(PAGE, 'main.ts'));
  const style = await bundle(join(PAGE, 'styles.css'));
  const template = join(PAGE, 'page.html');
  const policy = [
    "default-src 'none'",
    `script-src ${policyHash(script.text)}`,
    `style-src ${policyHash(style.text)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    // No text becomes markup or code, by any way the browser has: whoever tried would get an exception.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  for (const [name, text] of [
    ['script', script.text],
    ['style', style.text],
  ]) {
    if (text.toLowerCase().includes(`</${name}`)) throw new Error(`the ${name} would end itself`);
  }
  // Whole elements, so that no space around a placeholder gets into what the policy's hashes are of.
  const values = {
    policy: `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    icon: `<link rel="icon" href="${ICON}">`,
    style: `<style>${style.text}</style>`,
    served: '<script type="application/json" id="served">null</script>',
    script: `<script>${script.text}</script>`,
  };
  const html = readFileSync(template, 'utf8').replaceAll(
    /\{\{(\w+)\}\}/g,
    (_whole, name) => values[name],
  );
  const inputs = [...script.inputs, ...style.inputs, relative(ROOT, template), ...own()];
  const names = inputs.map((path) => path.split(sep).join('/'));
  return { html, inputs: names.toSorted((left, right) => (left < right ? -1 : 1)) };
}

/** What else decides the bytes: this file, and the version of the bundler. */
function own() {
  return [relative(ROOT, fileURLToPath(import.meta.url)), 'node_modules/esbuild/package.json'];
}

function digestOf(inputs) {
  const hash = createHash('sha256');
  for (const path of inputs) {
    const file = join(ROOT, path);
    if (!existsSync(file)) return undefined;
    hash.update(`${path}\n`).update(createHash('sha256').update(readFileSync(file)).digest());
  }
  return hash.digest('hex');
}

/** Builds the page unless it is there and of the sources as they are; says whether it did. */
export async function ensurePage() {
  if (existsSync(HTML) && existsSync(INPUTS)) {
    const kept = JSON.parse(readFileSync(INPUTS, 'utf8'));
    if (digestOf(kept.inputs) === kept.digest) return false;
  }
  const { html, inputs } = await buildPage();
  mkdirSync(BUILT, { recursive: true });
  replaceFile(HTML, html);
  replaceFile(INPUTS, `${JSON.stringify({ digest: digestOf(inputs), inputs }, undefined, 2)}\n`);
  return true;
}

/** Test files are run side by side, so nobody may ever see half a file. */
function replaceFile(path, text) {
  const temporary = `${path}.${process.pid}.new`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

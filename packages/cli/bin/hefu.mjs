#!/usr/bin/env node
// Starts the program on the Node that comes with the project, whatever Node found this file first.
// Plain JavaScript for Node 20 or newer; everything behind it runs on the project's own.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The Node on which the program runs. */
const RUNTIME_NODE = 26;
const PACKAGE = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node of the nearest node_modules above; else this one. */
function findNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = PACKAGE; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', '.bin', name);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return process.execPath;
  }
}

/** In a checkout the sources run as they are; an installed package has only what was built. */
function findProgram() {
  const source = join(PACKAGE, 'src', 'main.ts');
  const isInstalled = PACKAGE.split(/[\\/]/).includes('node_modules');
  return existsSync(source) && !isInstalled
    ? ['--conditions=source', source]
    : [join(PACKAGE, 'dist', 'main.js')];
}

function main() {
  const node = findNode();
  if (node === process.execPath && Number.parseInt(process.versions.node, 10) < RUNTIME_NODE) {
    process.stderr.write(
      `hefu: this is Node ${process.versions.node}, and Hefu runs on Node ${RUNTIME_NODE}.\n` +
        '  do: run `npm run setup` in the checkout, which brings it.\n',
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [...findProgram(), ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends its signals to both; those sent to this process alone are handed on.
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT') child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`hefu: ${node} does not start: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('close', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}

main();

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

/** Signals by which the system, or the database for itself, ends a program that can't go on. */
const CRASHES = ['SIGABRT', 'SIGSEGV', 'SIGBUS'];
/** What all damaged data end with: see docs/reference/cli.md. */
const EXIT_CRASHED = 1;

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

/** A program that was cut off can't say why: it is said here, in the form of all faults (src/output/output.ts). */
function tellCrash(signal, words) {
  const message =
    `the program was cut off by ${signal}, which most often means that a page of the store is damaged in a way the database ` +
    'cannot survive (more seldom, that memory ran out)';
  const advice =
    'Copy the data folder away and run `hefu fsck` on it; where that finds faults or is cut off too, restore the folder from a ' +
    'backup and prove that with `hefu fsck --replay`.';
  const end = words.indexOf('--');
  const isJson = words.slice(0, end < 0 ? words.length : end).includes('--json');
  const error = { code: 'crashed', exitCode: EXIT_CRASHED, message, details: [signal], advice };
  process.stderr.write(
    isJson
      ? `${JSON.stringify({ error })}\n`
      : `hefu: ${message}\n  do:   ${advice}\n  code: crashed (exit ${EXIT_CRASHED})\n`,
  );
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
  const words = process.argv.slice(2);
  const child = spawn(node, [...findProgram(), ...words], { stdio: 'inherit' });
  // Whoever sends a signal to this process means the program. A terminal sends its own to both, so that the program gets them twice in
  // a moment: it takes them for one (src/process-io.ts).
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => {
    process.stderr.write(`hefu: ${node} does not start: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('close', (code, signal) => {
    if (CRASHES.includes(signal)) {
      tellCrash(signal, words);
      process.exitCode = EXIT_CRASHED;
      return;
    }
    // As a shell has it: 128 and the number of the signal.
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}

main();

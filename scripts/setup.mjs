// Makes a checkout ready to run: `node scripts/setup.mjs [--tests] [--pkcs11]`.
//
// This is the only part of the project that runs on the Node of the machine (20 or newer), before
// anything is installed: plain JavaScript, no dependency. Everything after it runs on the Node that
// comes with the project, through `npm run`. When there is nothing to do it ends in milliseconds.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, 'node_modules');
const MARKER = join(MODULES, '.hefu-installed');

/** The oldest Node on which the installation itself (this file and npm) is known to work. */
const INSTALLER_NODE_MIN = 20;
/** npm 10 came with Node 20; older ones do not know the settings of our .npmrc. */
const NPM_MIN = 10;
/** The Node on which the product runs. */
const RUNTIME_NODE = 26;
/** SM2 and SM3 are in OpenSSL from 1.1.1, but the options that the cross-checks use came with 3. */
const OPENSSL_MIN = 3;

/** What stops the set-up: one line that says what is wrong, then what to do. */
class SetupError extends Error {}

const say = (line) => process.stderr.write(`hefu: ${line}\n`);
const majorOf = (version) => Number.parseInt(String(version).replace(/^v/, ''), 10);

/** Where an executable lies on the PATH, or undefined. */
function findOnPath(names) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      for (const ending of endings) {
        const candidate = join(folder, name + ending);
        if (isExecutable(candidate)) return candidate;
      }
    }
  }
  return undefined;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function run(command, args, options = {}) {
  const windowsScript = process.platform === 'win32' && !command.endsWith('.exe');
  return spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    shell: windowsScript,
    ...options,
  });
}

/** Runs npm: the one that started us when there is one, else the one on the PATH. */
function runNpm(args, options) {
  const npmScript = process.env.npm_execpath;
  return npmScript !== undefined && npmScript.endsWith('.js')
    ? run(process.execPath, [npmScript, ...args], options)
    : run('npm', args, options);
}

function checkInstaller() {
  if (majorOf(process.version) < INSTALLER_NODE_MIN) {
    throw new SetupError(
      `this is Node ${process.version}, and the installation needs Node ${INSTALLER_NODE_MIN} or newer. ` +
        'Install a newer Node (nodejs.org, or your package manager) and run the same command again.',
    );
  }
}

function checkNpm() {
  // npm tells its version to the scripts it runs, which saves starting it a second time.
  const told = /\bnpm\/(\d+)/.exec(process.env.npm_config_user_agent ?? '')?.[1];
  const version = told ?? runNpm(['--version']).stdout?.trim();
  if (version === undefined || version === '') {
    throw new SetupError('npm was not found. It comes with Node: install Node with npm.');
  }
  if (majorOf(version) < NPM_MIN) {
    throw new SetupError(
      `this is npm ${version}, and npm ${NPM_MIN} or newer is needed. Run: npm install --global npm@latest`,
    );
  }
}

/** What the installed tree depends on: a change in either file makes it stale. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', '.npmrc']) hash.update(readFileSync(join(ROOT, file)));
  return `${hash.digest('hex')} ${process.platform} ${process.arch}\n`;
}

function installDependencies() {
  const wanted = fingerprint();
  if (existsSync(MARKER) && readFileSync(MARKER, 'utf8') === wanted) return;
  checkNpm();
  say('installing the dependencies (about 400 MB; only now and when they change) …');
  const started = Date.now();
  rmSync(MARKER, { force: true });
  // `npm install --no-save` and not `npm ci`: it takes the same versions and checks the same hashes
  // from the lock file and writes neither file, but `npm ci` refuses a lock file that lacks an
  // optional package which the registry does not have for some other platform (51 of ours).
  // The output goes to stderr, so that whatever is run after us keeps stdout for its data.
  const args = ['install', '--no-save', '--include=dev', '--include=optional', '--loglevel=error'];
  const result = runNpm(args, { stdio: ['ignore', process.stderr, process.stderr] });
  if (result.status !== 0) {
    throw new SetupError(
      'npm could not install the dependencies (its own words are above). If it named the network, check that this ' +
        'machine reaches an npm registry, then run the same command again: it goes on where it stopped.',
    );
  }
  writeFileSync(MARKER, wanted);
  say(`dependencies installed in ${((Date.now() - started) / 1000).toFixed(0)} s`);
}

/** The version of the Node package installed for this platform, read without starting it. */
function bundledNodeVersion() {
  const require = createRequire(join(ROOT, 'package.json'));
  const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const name of Object.keys(optionalDependencies)) {
    try {
      return require(`${name}/package.json`).version;
    } catch {
      // Not the package of this platform: npm leaves it out.
    }
  }
  return undefined;
}

function checkRuntime() {
  const bundled = bundledNodeVersion();
  const binary = join(MODULES, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (bundled !== undefined && majorOf(bundled) === RUNTIME_NODE && existsSync(binary)) {
    if (process.argv.includes('--tests')) startRuntimeOnce(binary);
    return;
  }
  if (majorOf(process.version) >= RUNTIME_NODE) return;
  throw new SetupError(
    `there is no Node ${RUNTIME_NODE} package for ${process.platform}-${process.arch}, so the node of this machine ` +
      `must be Node ${RUNTIME_NODE} or newer, and it is ${process.version}. Install Node ${RUNTIME_NODE} and run the same command again.`,
  );
}

/** Starts the bundled Node, because a file that exists can still be one that this system can't run. */
function startRuntimeOnce(binary) {
  const result = run(binary, ['--version']);
  if (majorOf(result.stdout ?? '') === RUNTIME_NODE) return;
  throw new SetupError(
    `the Node that comes with the project does not start on this machine (${binary}: ` +
      `${(result.stderr ?? result.error?.message ?? '').trim().split('\n')[0]}). ` +
      `It needs a system with glibc 2.28 or newer. Install Node ${RUNTIME_NODE} yourself and remove that file.`,
  );
}

/** The verifier that a node serves is a built file; it is built anew when one of its sources has changed. */
async function ensureVerifier() {
  const page = pathToFileURL(join(ROOT, 'apps', 'verifier', 'build', 'page.mjs')).href;
  try {
    const { ensurePage } = await import(page);
    await ensurePage();
  } catch (error) {
    throw new SetupError(`the verifier page could not be built: ${error.message}`);
  }
}

/** Installs a Debian package when we may; otherwise says what to install. */
function installSystemPackage(packageName, what) {
  const mayInstall = process.getuid?.() === 0 && findOnPath(['apt-get']) !== undefined;
  if (!mayInstall) {
    throw new SetupError(
      `the tests need ${what}, and it was not found. Install it (Debian, Ubuntu: sudo apt-get install ${packageName}; ` +
        `Fedora: sudo dnf install ${packageName}; macOS: brew install ${packageName}) and run the same command again.`,
    );
  }
  say(`installing ${what} for the tests (apt-get install ${packageName}) …`);
  const options = {
    stdio: ['ignore', process.stderr, process.stderr],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  const install = ['install', '-y', '-qq', '--no-install-recommends', packageName];
  const done =
    run('apt-get', ['update', '-qq'], options).status === 0 &&
    run('apt-get', install, options).status === 0;
  if (!done) {
    throw new SetupError(
      `apt-get could not install ${packageName} (its own words are above). The tests need ${what}.`,
    );
  }
}

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function ensureChromium() {
  const named = process.env.HEFU_CHROMIUM;
  if (named !== undefined && named !== '') {
    if (isExecutable(named)) return;
    throw new SetupError(
      `HEFU_CHROMIUM names ${named}, which is not a program that can be started.`,
    );
  }
  if (findOnPath(CHROMIUM_NAMES) !== undefined) return;
  installSystemPackage('chromium', 'Chromium (or set HEFU_CHROMIUM to a Chromium or Chrome)');
  if (findOnPath(CHROMIUM_NAMES) === undefined) {
    throw new SetupError(
      'chromium was installed, but is not on the PATH. Set HEFU_CHROMIUM to it.',
    );
  }
}

/** The major version of the openssl on the PATH; 0 when there is none. */
function opensslMajor() {
  const result = run('openssl', ['version']);
  return majorOf(/^OpenSSL (\d+)/.exec(result.stdout ?? '')?.[1] ?? '0');
}

function ensureOpenssl() {
  if (opensslMajor() >= OPENSSL_MIN) return;
  installSystemPackage('openssl', `the openssl command, version ${OPENSSL_MIN} or newer`);
  if (opensslMajor() < OPENSSL_MIN) {
    throw new SetupError(
      `the tests need openssl ${OPENSSL_MIN} or newer, and \`openssl version\` says otherwise.`,
    );
  }
}

/** A gateway that speaks S3 over a folder; the tests of the vault's storage run against it. */
const S3_SERVER = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
const TOOLS = join(MODULES, '.hefu-tools');

function ensureS3Server() {
  const named = process.env.HEFU_S3_SERVER;
  if (named !== undefined && named !== '') {
    if (isExecutable(named)) return;
    throw new SetupError(
      `HEFU_S3_SERVER names ${named}, which is not a program that can be started.`,
    );
  }
  if (findOnPath(['versitygw']) !== undefined) return;
  const ending = process.platform === 'win32' ? '.exe' : '';
  if (isExecutable(join(TOOLS, `versitygw${ending}`))) return;
  if (findOnPath(['go']) === undefined) {
    throw new SetupError(
      'the tests need an S3 server, versitygw, and neither it nor Go to build it with was found. Install versitygw ' +
        '(its releases have packages) or Go (go.dev), or set HEFU_S3_SERVER to the program, and run the same command again.',
    );
  }
  say('building an S3 server for the tests (go install versitygw; some minutes, only now) …');
  mkdirSync(TOOLS, { recursive: true });
  const result = run('go', ['install', S3_SERVER], {
    stdio: ['ignore', process.stderr, process.stderr],
    env: { ...process.env, GOBIN: TOOLS, GOFLAGS: '' },
  });
  if (result.status !== 0) {
    throw new SetupError(
      'Go could not build versitygw (its own words are above). If it named the network, check that this machine reaches ' +
        'a Go module proxy; else set HEFU_S3_SERVER to an installed versitygw. Then run the same command again.',
    );
  }
}

/** Whether the binding to PKCS #11 was built here and starts on this machine. */
function pkcs11IsBuilt() {
  const result = run(process.execPath, ['-e', "require('pkcs11js')"]);
  return result.status === 0;
}

/**
 * Keys in hardware are reached through a native part that npm leaves unbuilt, because only few need it. It is built from
 * the sources that npm installed and checked, against the headers that come with the bundled Node.
 */
function ensurePkcs11() {
  if (pkcs11IsBuilt()) return;
  const compilers = ['c++', 'g++', 'clang++', 'cl'];
  if (findOnPath(compilers) === undefined || findOnPath(['make', 'nmake', 'cl']) === undefined) {
    throw new SetupError(
      'the part that reaches PKCS #11 tokens has to be built, and no C++ compiler was found. Install one (Debian, Ubuntu: ' +
        'sudo apt-get install g++ make python3; Fedora: sudo dnf install gcc-c++ make python3; macOS: xcode-select --install) and run the same command again.',
    );
  }
  say('building the part that reaches PKCS #11 tokens (pkcs11js; some seconds, only now) …');
  const headers = [
    `node-${process.platform}-${process.arch}`,
    `node-bin-${process.platform}-${process.arch}`,
  ]
    .map((name) => join(MODULES, name))
    .find((folder) => existsSync(join(folder, 'include', 'node', 'node_api.h')));
  const env = headers === undefined ? process.env : { ...process.env, npm_config_nodedir: headers };
  const args = ['rebuild', 'pkcs11js', '--ignore-scripts=false', '--loglevel=error'];
  const result = runNpm(args, { stdio: ['ignore', process.stderr, process.stderr], env });
  if (result.status !== 0 || !pkcs11IsBuilt()) {
    throw new SetupError(
      'pkcs11js could not be built (the words of the compiler are above). It needs a C++ compiler, make and Python 3.',
    );
  }
}

const SOFTHSM_MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];

/** A token in software; the tests of keys in hardware run against it. */
function ensureSoftHsm() {
  const places = [process.env.HEFU_SOFTHSM ?? '', ...SOFTHSM_MODULES];
  const isThere = () =>
    findOnPath(['softhsm2-util']) !== undefined &&
    places.some((place) => place !== '' && existsSync(place));
  if (isThere()) return;
  installSystemPackage('softhsm2', 'SoftHSM 2 (or set HEFU_SOFTHSM to its libsofthsm2.so)');
  if (!isThere()) {
    throw new SetupError(
      'SoftHSM was installed, but its libsofthsm2.so was not found. Set HEFU_SOFTHSM to it.',
    );
  }
}

/**
 * Steps in order. `tests: true` marks what only the tests need, `pkcs11: true` what `--pkcs11` asks for too. Add a tool
 * by adding a line.
 *
 * @type {readonly { name: string; tests: boolean; pkcs11?: boolean; ensure: () => void | Promise<void> }[]}
 */
const STEPS = [
  { name: 'installer', tests: false, ensure: checkInstaller },
  { name: 'dependencies', tests: false, ensure: installDependencies },
  { name: 'runtime', tests: false, ensure: checkRuntime },
  { name: 'verifier', tests: false, ensure: ensureVerifier },
  { name: 'chromium', tests: true, ensure: ensureChromium },
  { name: 'openssl', tests: true, ensure: ensureOpenssl },
  { name: 's3-server', tests: true, ensure: ensureS3Server },
  { name: 'pkcs11', tests: true, pkcs11: true, ensure: ensurePkcs11 },
  { name: 'softhsm', tests: true, ensure: ensureSoftHsm },
];

async function main() {
  const forTests = process.argv.includes('--tests');
  const forPkcs11 = process.argv.includes('--pkcs11');
  for (const step of STEPS) {
    if (step.tests && !forTests && !(step.pkcs11 === true && forPkcs11)) continue;
    try {
      await step.ensure();
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      say(`set-up stopped at "${step.name}": ${error.message}`);
      process.exitCode = 1;
      return;
    }
  }
}

await main();

// Runs the steps of deploy/docker/Dockerfile without Docker: `node deploy/exercise-image.mjs [--keep]`.
//
// Each stage gets a folder, in a new one under the system's temporary folder, that stands for its file system. What is copied,
// built, set and started is read from the Dockerfile, so that the two cannot drift apart. Then the image is run as a container
// would be: a data folder is made, the node starts, its health check looks at it, the stop signal ends it. Left to Docker: the
// base images, the steps of apt-get, other users than the one who runs this, and what the kernel forbids.
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readIgnore } from './docker/context.mjs';
import {
  environmentOf,
  instructionsOf,
  readDockerfile,
  SYSTEM_STEP,
} from './docker/dockerfile.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DOCKERFILE = join(ROOT, 'deploy', 'docker', 'Dockerfile');

/** How long a node may take until its health check is content, and how often that is asked. */
const READY_MS_MAX = 60_000;
const ASK_MS = 250;

const say = (text) => process.stdout.write(`${text}\n`);

/** Runs a program to its end, or throws with what it said. */
async function run(command, args, options) {
  const child = start(command, args, options);
  const { code, output } = await child.ended;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

function start(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  child.stderr.on('data', (chunk) => chunks.push(chunk));
  const ended = new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => {
      done({ code: code ?? signal, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
  return { child, ended };
}

/** A stage, its folder and what has been set so far. */
function openStage(folder) {
  return { folder, workdir: '/', environment: {}, volumes: [] };
}

/** Where a path of the stage lies here. */
function hostPath(stage, path) {
  return join(stage.folder, resolve('/', stage.workdir, path));
}

async function buildStage(definition, stages, folder) {
  const stage = openStage(folder);
  mkdirSync(folder, { recursive: true });
  for (const instruction of definition.instructions) {
    const { name, text, words } = instruction;
    if (name === 'WORKDIR') {
      stage.workdir = text;
      mkdirSync(hostPath(stage, '.'), { recursive: true });
    } else if (name === 'ENV') {
      Object.assign(stage.environment, Object.fromEntries(environmentOf(instruction)));
    } else if (name === 'VOLUME') {
      stage.volumes.push(...words);
    } else if (name === 'COPY') {
      copy(instruction, stage, stages);
    } else if (name === 'RUN') {
      await runStep(text, stage);
    }
  }
  return stage;
}

async function runStep(text, stage) {
  if (SYSTEM_STEP.test(text)) {
    say(`left to Docker: ${text}`);
    return;
  }
  say(`RUN ${text}`);
  await run('sh', ['-e', '-c', text], {
    cwd: hostPath(stage, '.'),
    // The cache of npm saves the download; what is installed is what the lock file says.
    env: { ...outerEnvironment(), npm_config_prefer_offline: 'true' },
  });
}

/** What a build step gets of the environment here: nothing of ours, and no npm that happens to run this. */
function outerEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(hefu_|npm_(?!config_(registry|cache)$)|node_(?!extra_ca_certs$))/i.test(name),
    ),
  );
}

function copy({ flags, words, text }, stage, stages) {
  say(`COPY ${text}`);
  const sources = words.slice(0, -1);
  const target = words.at(-1);
  const from = flags.from === undefined ? undefined : stages.get(flags.from);
  if (flags.from !== undefined && from === undefined) throw new Error(`COPY: no ${flags.from}`);
  const sees = readIgnore(ROOT);
  for (const source of sources) {
    const path = from === undefined ? join(ROOT, source) : join(from.folder, source);
    if (!existsSync(path)) throw new Error(`COPY: ${source} is not there`);
    const isFolder = lstatSync(path).isDirectory();
    // A folder's contents go into the target; a file goes into it where it ends with a slash.
    const into = !isFolder && target.endsWith('/') ? join(target, path.split(sep).at(-1)) : target;
    const place = hostPath(stage, into);
    mkdirSync(dirname(place), { recursive: true });
    if (from !== undefined) {
      // Nothing else needs the stage that was built, so a move does.
      renameSync(path, place);
      continue;
    }
    cpSync(path, place, {
      recursive: true,
      filter: (file) => {
        const name = relative(ROOT, file).split(sep).join('/');
        return lstatSync(file).isDirectory() ? !/(^|\/)node_modules$/.test(name) : sees(name);
      },
    });
  }
}

/** The last instruction of its kind, in words. */
function lastWords(definition, name) {
  return instructionsOf(definition, name).at(-1)?.words ?? [];
}

/** Runs the image as a container would be run. */
async function exerciseImage(definition, stage) {
  const writable = [...stage.volumes, '/tmp'];
  const onHost = (value) =>
    [stage.workdir, ...writable].some((path) => value === path || value.startsWith(`${path}/`))
      ? join(stage.folder, value)
      : value;
  const set = Object.fromEntries(
    Object.entries(stage.environment).map(([name, value]) => [
      name,
      name === 'PATH' ? value.split(':').map(onHost).join(':') : onHost(value),
    ]),
  );
  mkdirSync(join(stage.folder, 'tmp'), { recursive: true });
  const port = String(await freePort());
  const temporary = join(stage.folder, 'tmp');
  const options = {
    cwd: hostPath(stage, '.'),
    env: { HOME: '/nonexistent', TMPDIR: temporary, ...set, HEFU_HTTP__PORT: port },
  };
  // Found by the image's own PATH, not by the one here.
  const program = (word) =>
    set.PATH.split(':')
      .map((folder) => join(folder, word))
      .find((path) => path.startsWith(stage.folder) && existsSync(path)) ?? word;
  const [entry, ...entryWords] = lastWords(definition, 'ENTRYPOINT');
  const health = lastWords(definition, 'HEALTHCHECK').slice(1).join(' ');
  const [checker, ...checkerWords] = JSON.parse(health);
  const isHealthy = async () =>
    (await start(program(checker), checkerWords, options).ended).code === 0;
  const before = filesOf(stage.folder, writable);

  await run(program(entry), [...entryWords, 'init', '--empty'], options);
  say('a data folder was made');
  if (await isHealthy()) throw new Error('the health check is content with no node');
  const node = start(program(entry), [...entryWords, ...lastWords(definition, 'CMD')], options);
  try {
    const startMs = Date.now();
    const until = startMs + READY_MS_MAX;
    while (!(await isHealthy())) {
      if (node.child.exitCode !== null || Date.now() > until) {
        node.child.kill('SIGKILL');
        throw new Error(`the node does not get healthy:\n${(await node.ended).output}`);
      }
      await new Promise((done) => setTimeout(done, ASK_MS));
    }
    say(`healthy after ${Date.now() - startMs} ms`);
    const chain = await fetch(`http://127.0.0.1:${port}/v1/chain`);
    if (!chain.ok) throw new Error(`/v1/chain: status ${chain.status}`);
    const page = await fetch(`http://127.0.0.1:${port}/verify`);
    if (!page.ok) throw new Error(`/verify: status ${page.status}`);
  } finally {
    node.child.kill(lastWords(definition, 'STOPSIGNAL')[0]);
  }
  const { code, output } = await node.ended;
  if (code !== 0) throw new Error(`the node ended with ${code}:\n${output}`);
  say('stopped with 0');
  await run(program('hefu'), ['fsck'], options);
  say('fsck is content');
  const after = filesOf(stage.folder, writable);
  const changed = [...after].filter(([path, mark]) => before.get(path) !== mark);
  if (changed.length > 0 || after.size !== before.size) {
    throw new Error(`written outside of the volumes: ${changed.map(([path]) => path).join(', ')}`);
  }
  say('nothing was written outside of the volumes');
}

function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** What a read-only file system would hold: each file with what changes when it is written. */
function filesOf(folder, writable, path = '/', files = new Map()) {
  for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
    const name = join(path, entry.name);
    if (writable.includes(name)) continue;
    if (entry.isDirectory()) {
      filesOf(folder, writable, name, files);
      continue;
    }
    const { size, mtimeMs } = lstatSync(join(folder, name));
    files.set(name, `${size} ${mtimeMs}`);
  }
  return files;
}

const root = mkdtempSync(join(tmpdir(), 'hefu-image-'));
try {
  const stages = new Map();
  const definitions = readDockerfile(DOCKERFILE);
  for (const [index, definition] of definitions.entries()) {
    say(`FROM ${definition.image}`);
    const stage = await buildStage(definition, stages, join(root, `stage-${index}`));
    stages.set(definition.name, stage);
    if (index === definitions.length - 1) await exerciseImage(definition, stage);
  }
  say('the image does what it says');
} finally {
  if (process.argv.includes('--keep')) say(`kept: ${root}`);
  else rmSync(root, { recursive: true, force: true });
}

// Goal: Dockerfile and compose files name only what there is, and keep what they promise: no root, no secret, nothing that the
// exercise without Docker could not do. Method: read them as that exercise does, and hold each reference against the checkout.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configKeys } from '@hefu/server';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './checkout.ts';

const DOCKER = join(ROOT, 'deploy', 'docker');
/** Variables of ours that are no settings. */
const OTHER_VARIABLES = new Set(['HEFU_DATA', 'HEFU_MASTER_KEY_FILE', 'HEFU_DOMAIN']);
const KNOWN_VARIABLES = new Set([
  ...OTHER_VARIABLES,
  ...configKeys().map(({ environment }) => environment),
]);

interface Instruction {
  readonly name: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly text: string;
  readonly words: readonly string[];
}

interface Stage {
  readonly name: string;
  readonly image: string;
  readonly instructions: readonly Instruction[];
}

interface Service {
  readonly image?: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly privileged?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly build?: { readonly context: string; readonly dockerfile: string };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

/** The stages, by the reader that the exercise uses, which is plain JavaScript and so asked from outside. */
function readStages(): readonly Stage[] {
  const reader = JSON.stringify(`file://${join(DOCKER, 'dockerfile.mjs')}`);
  const file = JSON.stringify(join(DOCKER, 'Dockerfile'));
  const program = `import { readDockerfile } from ${reader}; console.log(JSON.stringify(readDockerfile(${file})))`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    }),
  ) as readonly Stage[];
}

function composeOf(name: string): Compose {
  return parse(readFileSync(join(DOCKER, name), 'utf8')) as Compose;
}

const stages = readStages();
const last = stages.at(-1);
const COMPOSE_FILES = readdirSync(DOCKER).filter((name) => /^compose.*\.yaml$/.test(name));

function instructions(stage: Stage | undefined, name: string): readonly Instruction[] {
  return (stage?.instructions ?? []).filter((instruction) => instruction.name === name);
}

describe('the Dockerfile', () => {
  it('builds on pinned images', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', '']);
    for (const { image } of stages) expect(image).toMatch(/:\d+\.\d+(\.\d+)?-[a-z-]+$|@sha256:/);
  });

  it('copies only what is there, and from the checkout only what .dockerignore lets through', () => {
    for (const stage of stages) {
      for (const { flags, words } of instructions(stage, 'COPY')) {
        const target = words.at(-1) ?? '';
        if (flags['from'] !== undefined) {
          expect(stages.map(({ name }) => name)).toContain(flags['from']);
          continue;
        }
        for (const source of words.slice(0, -1)) {
          expect(existsSync(join(ROOT, source)), source).toBe(true);
          expect(target, 'within the WORKDIR').not.toMatch(/^\/|\.\./);
        }
      }
    }
    const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
    expect(ignored.filter((line) => line !== '' && !line.startsWith('#'))[0]).toBe('*');
  });

  it('does nothing outside of its folder but install packages of Debian', () => {
    const steps = stages.flatMap((stage) => instructions(stage, 'RUN').map(({ text }) => text));
    const own = steps.filter((text) => !text.startsWith('apt-get update && '));
    expect(own.length).toBeGreaterThan(2);
    for (const text of own) expect(text).not.toMatch(/(^|[\s=])\/|\.\.|curl|wget|sudo/);
  });

  it('runs as nobody in particular, with a health check, and tells no secret', () => {
    const user = instructions(last, 'USER').at(-1)?.text ?? 'root';
    expect(user).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/);
    for (const { flags } of instructions(last, 'COPY')) {
      if (flags['chown'] !== undefined) expect(flags['chown']).toBe(user);
    }
    const [health] = instructions(last, 'HEALTHCHECK');
    expect(health?.text).toContain('healthcheck.mjs');
    expect(readFileSync(join(DOCKER, 'healthcheck.mjs'), 'utf8')).toContain("'/readyz'");
    expect(instructions(last, 'ENTRYPOINT')[0]?.text).toMatch(/^\["node", /);
    expect(instructions(last, 'STOPSIGNAL')[0]?.text).toBe('SIGTERM');
  });

  it('sets only variables that there are, and the master key outside the data', () => {
    const set = new Map(
      instructions(last, 'ENV').flatMap(({ words }) =>
        words.map((word) => word.split('=', 2) as [string, string]),
      ),
    );
    for (const name of set.keys()) {
      if (name.startsWith('HEFU_')) expect(KNOWN_VARIABLES).toContain(name);
    }
    const volumes = instructions(last, 'VOLUME').flatMap(({ words }) => words);
    const volumeOf = (path = ''): string | undefined =>
      volumes.find((volume) => path.startsWith(`${volume}/`));
    const data = volumeOf(set.get('HEFU_DATA'));
    const key = volumeOf(set.get('HEFU_MASTER_KEY_FILE'));
    expect(data).toBeDefined();
    expect(key).toBeDefined();
    expect(key).not.toBe(data);
  });
});

describe.each(COMPOSE_FILES)('%s', (file) => {
  const { services, volumes = {} } = composeOf(file);

  it('sets only variables that there are', () => {
    const names = Object.values(services).flatMap(({ environment = {} }) =>
      Object.keys(environment),
    );
    expect(names.filter((name) => !KNOWN_VARIABLES.has(name))).toEqual([]);
  });

  it('mounts what there is, on what the image or the settings name', () => {
    const places = instructions(last, 'VOLUME').flatMap(({ words }) => words);
    const base = composeOf('compose.yaml');
    for (const { volumes: mounts = [] } of Object.values(services)) {
      for (const mount of mounts) {
        const [from = '', to = ''] = mount.split(':');
        if (from === './tls') continue;
        if (from.startsWith('.')) expect(existsSync(join(DOCKER, from)), from).toBe(true);
        else expect(Object.keys({ ...base.volumes, ...volumes }), mount).toContain(from);
        if (file === 'compose.yaml') expect(places).toContain(to);
      }
    }
  });

  it('pins what it takes from elsewhere, and gives nobody more rights', () => {
    for (const [name, service] of Object.entries(services)) {
      expect(service.privileged, name).toBeUndefined();
      if (name !== 'node') expect(service.image).toMatch(/:\d+\.\d+\.\d+(-[a-z]+)?$/);
    }
  });
});

describe('compose.yaml', () => {
  const node = composeOf('compose.yaml').services['node'];

  it('builds this image and runs it with nothing to write on but its volumes', () => {
    const { context = '', dockerfile = '' } = node?.build ?? {};
    expect(resolve(DOCKER, context)).toBe(ROOT);
    expect(existsSync(join(DOCKER, context, dockerfile))).toBe(true);
    expect(node?.read_only).toBe(true);
    expect(node?.cap_drop).toEqual(['ALL']);
    expect(node?.user).toBe(instructions(last, 'USER').at(-1)?.text);
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    expect(node?.image).toBe(`hefu:${version}`);
  });

  it('is let out by TLS or by a proxy only', () => {
    expect(node?.environment?.['HEFU_HTTP__HOST']).toBeUndefined();
    const tls = composeOf('compose.tls.yaml').services['node'];
    const { HEFU_HTTP__TLS_CERT_FILE: cert = '', HEFU_HTTP__TLS_KEY_FILE: key = '' } =
      tls?.environment ?? {};
    const mounted = tls?.volumes?.[0]?.split(':')[1] ?? '-';
    for (const path of [cert, key]) expect(path.startsWith(`${mounted}/`), path).toBe(true);
    const proxied = composeOf('compose.proxy.yaml');
    const environment = proxied.services['node']?.environment ?? {};
    expect(environment['HEFU_HTTP__BEHIND_PROXY']).toBe('true');
    const text = readFileSync(join(DOCKER, 'compose.proxy.yaml'), 'utf8');
    expect(text).toContain(`ipv4_address: ${environment['HEFU_HTTP__TRUSTED_PROXIES']}`);
    expect(readFileSync(join(DOCKER, 'Caddyfile'), 'utf8')).toContain('reverse_proxy node:8440');
  });
});

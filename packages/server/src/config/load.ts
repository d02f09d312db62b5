import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { ConfigFault, ConfigFaultCode } from './faults.ts';
import { configKeys } from './keys.ts';
import type { LayerRead, LayerValue } from './layers.ts';
import { readEnvironmentLayer, readFileLayer, readFlagLayer } from './layers.ts';
import type { Config } from './schema.ts';
import { configSchema, LOOPBACK_HOSTS } from './schema.ts';
import type { Secrets } from './secrets.ts';
import { readSecrets } from './secrets.ts';

export interface ConfigInput {
  /** Path of the YAML file. */
  readonly file?: string | undefined;
  /** When true, a file that is not there is a fault; else it is as if it were empty. */
  readonly fileRequired?: boolean;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Dotted paths to values: `{ 'http.port': 8441 }`. */
  readonly flags?: Readonly<Record<string, unknown>>;
}

export type ConfigResult =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly secrets: Secrets;
      /** Where each value came from. */
      readonly sources: ReadonlyMap<string, string>;
    }
  | {
      readonly ok: false;
      readonly code: 'config-invalid';
      readonly faults: readonly ConfigFault[];
    };

/**
 * Puts the configuration together: defaults < YAML file < environment < flags. Every fault is named at once, each with
 * the place it was said in.
 */
export function loadConfig(input: ConfigInput = {}): ConfigResult {
  const file = readFile(input);
  const environment = readEnvironmentLayer(input.environment ?? {});
  const flags = readFlagLayer(input.flags ?? {});
  const { secrets, faults: secretFaults } = readSecrets(input.environment ?? {});
  const merged = new Map<string, LayerValue>([...file.layer, ...environment.layer, ...flags.layer]);
  const faults = [...file.faults, ...environment.faults, ...flags.faults, ...secretFaults];
  const sources = new Map(
    configKeys().map((key) => [key.path, merged.get(key.path)?.source ?? 'default']),
  );
  const parsed = configSchema.safeParse(asTree(merged));
  faults.push(...listeningFaults(merged));
  if (!parsed.success) {
    faults.push(...parsed.error.issues.map((issue) => faultOf(issue, sources)));
  }
  if (!parsed.success || faults.length > 0) return { ok: false, code: 'config-invalid', faults };
  return { ok: true, config: parsed.data, secrets, sources };
}

/** The configuration of a node that was told nothing. */
export function defaultConfig(): Config {
  return configSchema.parse(asTree(new Map()));
}

function readFile(input: ConfigInput): LayerRead {
  const none: LayerRead = { layer: new Map(), faults: [] };
  if (input.file === undefined) return none;
  try {
    return readFileLayer(readFileSync(input.file, 'utf8'), input.file);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (reason === 'ENOENT' && input.fileRequired !== true) return none;
    const message = `It cannot be read (${reason}).`;
    const code: ConfigFaultCode = 'config-file-unreadable';
    return {
      layer: new Map(),
      faults: [{ code, key: input.file, source: `file ${input.file}`, message }],
    };
  }
}

/** What holds between settings: who listens beyond this machine needs TLS, and TLS needs both its files. */
function listeningFaults(values: ReadonlyMap<string, LayerValue>): ConfigFault[] {
  const text = (key: string): string => {
    const value = values.get(key)?.value;
    return typeof value === 'string' ? value : '';
  };
  const [certificate, key] = [text('http.tlsCertFile'), text('http.tlsKeyFile')];
  if ((certificate === '') !== (key === '')) {
    const path = certificate === '' ? 'http.tlsKeyFile' : 'http.tlsCertFile';
    const message =
      'A certificate and its key go together: set http.tlsCertFile and http.tlsKeyFile.';
    const source = values.get(path)?.source ?? 'default';
    return [{ code: 'config-value-invalid', key: path, source, message }];
  }
  const host = values.get('http.host');
  const behindProxy = values.get('http.behindProxy')?.value === true;
  if (host === undefined || certificate !== '' || behindProxy) return [];
  if (LOOPBACK_HOSTS.has(text('http.host'))) return [];
  const message =
    'Without TLS Hefu listens on this machine only: take 127.0.0.1, ::1 or localhost. ' +
    'To be reached from elsewhere, put a proxy with TLS in front of it (http.behindProxy), or set http.tlsCertFile and http.tlsKeyFile.';
  return [{ code: LOOPBACK_CODE, key: 'http.host', source: host.source, message }];
}

/** Every section is there, so that the schema fills in the defaults of its keys. */
function asTree(values: ReadonlyMap<string, LayerValue>): Record<string, Record<string, unknown>> {
  const tree: Record<string, Record<string, unknown>> = {};
  for (const section of Object.keys(configSchema.shape)) tree[section] = {};
  for (const [path, { value }] of values) {
    const [section = '', key = ''] = path.split('.');
    const keys = tree[section];
    if (keys !== undefined) keys[key] = value;
  }
  return tree;
}

function faultOf(issue: z.core.$ZodIssue, sources: ReadonlyMap<string, string>): ConfigFault {
  const key = issue.path.slice(0, 2).join('.');
  return {
    code: 'config-value-invalid',
    key,
    source: sources.get(key) ?? 'default',
    message: issue.message,
  };
}

const LOOPBACK_CODE = 'config-host-not-loopback';

import { parseDocument } from 'yaml';
import { nearestName } from './faults.ts';
import type { ConfigFault } from './faults.ts';
import type { ConfigKey } from './keys.ts';
import { configKeys } from './keys.ts';
import { SECRET_KEY_PATTERN, SECRET_VARIABLES } from './secrets.ts';

/** One value as a layer gives it, before the schema has seen it. */
export interface LayerValue {
  readonly value: unknown;
  readonly source: string;
}

/** What one layer says: dotted path → value. */
export type Layer = ReadonlyMap<string, LayerValue>;

export interface LayerRead {
  readonly layer: Layer;
  readonly faults: readonly ConfigFault[];
}

/** Environment variables of ours that are not config keys. */
const OTHER_VARIABLES = new Set<string>([
  ...SECRET_VARIABLES,
  'HEFU_DATA',
  'HEFU_CONFIG',
  'HEFU_FIXTURES',
]);

/** Largest config file read; a bigger one is surely another file. */
export const CONFIG_FILE_BYTES_MAX = 256 * 1024;

/** Turns the text of an environment variable or flag into the type the key has; what does not fit stays text. */
export function fromText(text: string, key: ConfigKey): unknown {
  if (key.type === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (key.type === 'boolean') {
    if (text === 'true' || text === '1') return true;
    if (text === 'false' || text === '0') return false;
  }
  return text;
}

/** Reads the YAML file: two levels, sections and keys. */
export function readFileLayer(text: string, name: string): LayerRead {
  const source = `file ${name}`;
  const faults: ConfigFault[] = [];
  const layer = new Map<string, LayerValue>();
  if (Buffer.byteLength(text) > CONFIG_FILE_BYTES_MAX) {
    const message = `It is larger than ${CONFIG_FILE_BYTES_MAX} bytes and so hardly a config file.`;
    return { layer, faults: [{ code: 'config-file-malformed', key: name, source, message }] };
  }
  // Aliases are refused by the count: a config file has no use for them, and they can blow up.
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) {
    for (const error of document.errors) {
      const message = error.message.split('\n')[0] ?? 'It is not YAML.';
      faults.push({ code: 'config-file-malformed', key: name, source, message });
    }
    return { layer, faults };
  }
  let tree: unknown;
  try {
    tree = document.toJS({ maxAliasCount: 0 });
  } catch {
    const message = 'Anchors and aliases (& and *) are not taken in a config file.';
    return { layer, faults: [{ code: 'config-file-malformed', key: name, source, message }] };
  }
  if (tree === null || tree === undefined) return { layer, faults };
  if (typeof tree !== 'object' || Array.isArray(tree)) {
    const message = 'It must hold sections (http:, log:, …) with their keys below them.';
    return { layer, faults: [{ code: 'config-file-malformed', key: name, source, message }] };
  }
  for (const [section, keys] of Object.entries(tree)) {
    readSection(section, keys, source, layer, faults);
  }
  return { layer, faults };
}

function readSection(
  section: string,
  keys: unknown,
  source: string,
  layer: Map<string, LayerValue>,
  faults: ConfigFault[],
): void {
  if (SECRET_KEY_PATTERN.test(section)) {
    faults.push(secretInFile(section, source));
    return;
  }
  if (keys === null) return;
  if (typeof keys !== 'object' || Array.isArray(keys)) {
    const sections = configKeys().map((key) => key.path.split('.')[0] ?? '');
    if (!sections.includes(section)) {
      faults.push(unknownKey(section, source, sections));
      return;
    }
    const message = 'A section holds keys, one a line, set in by two spaces.';
    faults.push({ code: 'config-value-invalid', key: section, source, message });
    return;
  }
  for (const [name, value] of Object.entries(keys)) {
    const path = `${section}.${name}`;
    if (SECRET_KEY_PATTERN.test(name)) faults.push(secretInFile(path, source));
    else if (!KEYS_BY_PATH.has(path)) faults.push(unknownKey(path, source, PATHS));
    else layer.set(path, { value, source });
  }
}

/** Reads `HEFU_SECTION__KEY` variables; one that starts with HEFU_ and is not known is named as a fault. */
export function readEnvironmentLayer(
  environment: Readonly<Record<string, string | undefined>>,
): LayerRead {
  const faults: ConfigFault[] = [];
  const layer = new Map<string, LayerValue>();
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith('HEFU_') || !variable.includes('__')) continue;
    if (text === undefined || OTHER_VARIABLES.has(variable)) continue;
    const source = `environment ${variable}`;
    const key = KEYS_BY_VARIABLE.get(variable);
    if (key === undefined) faults.push(unknownKey(variable, source, VARIABLES));
    else layer.set(key.path, { value: fromText(text, key), source });
  }
  return { layer, faults };
}

/** Reads flags given as dotted paths (`http.port`), as text or already typed. */
export function readFlagLayer(flags: Readonly<Record<string, unknown>>): LayerRead {
  const faults: ConfigFault[] = [];
  const layer = new Map<string, LayerValue>();
  for (const [path, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    const source = `flag --${path}`;
    const key = KEYS_BY_PATH.get(path);
    if (key === undefined) {
      faults.push(unknownKey(path, source, PATHS));
    } else {
      layer.set(path, { value: typeof value === 'string' ? fromText(value, key) : value, source });
    }
  }
  return { layer, faults };
}

function secretInFile(key: string, source: string): ConfigFault {
  const message =
    'A config file holds no secrets: it is copied, printed and backed up. Set HEFU_TOKEN_FILE or HEFU_MASTER_KEY_FILE instead.';
  return { code: 'config-secret-in-file', key, source, message };
}

function unknownKey(key: string, source: string, known: readonly string[]): ConfigFault {
  const near = nearestName(key, known);
  const message =
    near === undefined
      ? 'There is no such setting; docs/reference/config.md lists them.'
      : `There is no such setting. Is ${near} meant?`;
  return { code: 'config-unknown-key', key, source, message };
}

const PATHS = configKeys().map((key) => key.path);
const VARIABLES = configKeys().map((key) => key.environment);
const KEYS_BY_PATH = new Map(configKeys().map((key) => [key.path, key]));
const KEYS_BY_VARIABLE = new Map(configKeys().map((key) => [key.environment, key]));

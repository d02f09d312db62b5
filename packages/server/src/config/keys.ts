import type { z } from 'zod';
import { configSchema } from './schema.ts';

export type ConfigValueType = 'string' | 'number' | 'boolean';

/** One settable value: where it stands in the tree and how it is written elsewhere. */
export interface ConfigKey {
  /** Dotted path, as in flags and messages: `http.port`. */
  readonly path: string;
  /** The environment variable: `HEFU_HTTP__PORT`. */
  readonly environment: string;
  readonly type: ConfigValueType;
  readonly defaultValue: string | number | boolean;
  readonly description: string;
}

/** Sections and their keys, in the order of the schema. */
export function configKeys(): readonly ConfigKey[] {
  return KEYS;
}

/** `statementsBodyBytesMax` → `STATEMENTS_BODY_BYTES_MAX`. */
function upperSnake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function typeOf(value: unknown): ConfigValueType {
  const type = typeof value;
  if (type === 'string' || type === 'number' || type === 'boolean') return type;
  throw new TypeError('a config key has a default that is neither text, number nor boolean');
}

function readKeys(): readonly ConfigKey[] {
  const keys: ConfigKey[] = [];
  for (const [section, sectionSchema] of Object.entries(configSchema.shape)) {
    for (const [name, schema] of Object.entries<z.ZodType>(sectionSchema.shape)) {
      const defaultValue: unknown = schema.parse(undefined);
      keys.push({
        path: `${section}.${name}`,
        environment: `HEFU_${upperSnake(section)}__${upperSnake(name)}`,
        type: typeOf(defaultValue),
        defaultValue: defaultValue as string | number | boolean,
        description: schema.description ?? '',
      });
    }
  }
  return keys;
}

const KEYS = readKeys();

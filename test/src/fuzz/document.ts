import Ajv2020 from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import formatsOf from 'ajv-formats';
import type { JsonSchema } from './values.ts';

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

interface Content {
  readonly schema?: JsonSchema;
}

/** What a status is described to come with. */
export interface Response {
  readonly content?: Readonly<Record<string, Content>>;
  readonly 'x-hefu-codes'?: readonly string[];
}

interface DocumentOperation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Response>>;
  readonly security: readonly object[];
  readonly servers?: readonly object[];
  readonly 'x-hefu-stream'?: boolean;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** One address and method. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** `/v1/statements/{id}`. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly bodies: Readonly<Record<string, Content>>;
  readonly responses: Readonly<Record<string, Response>>;
  readonly streams: boolean;
  readonly ofChain: boolean;
  /** Whether nobody gets anything without a credential. */
  readonly closed: boolean;
  /** What its addresses look like. */
  readonly pattern: RegExp;
}

/** The document of a node, made ready to hold answers against. */
export interface ApiUnderTest {
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** What is wrong with a JSON answer; undefined when nothing is. */
  faultOf(schema: JsonSchema, value: unknown): string | undefined;
}

/** The last part of a path that takes slashes too. */
const WILDCARDS = new Set([
  '/log/tile/{path}',
  '/problems/{code}',
  '/v1/state/{contract}/{collection}/{key}',
]);

export async function readApi(url: string): Promise<ApiUnderTest> {
  const answer = await fetch(`${url}/openapi.json`);
  const document = (await answer.json()) as OpenApi;
  const ajv = new Ajv2020.Ajv2020({ strict: false, allErrors: false });
  formatsOf.default(ajv);
  // The schema says the same by a pattern.
  ajv.addFormat('base64', true);
  ajv.addSchema({ $id: 'hefu:openapi', components: document.components });
  const compiled = new Map<JsonSchema, ValidateFunction>();
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, described]) => operationOf(path, method, described)),
  );
  return {
    operations,
    schemas: document.components.schemas,
    faultOf(schema, value) {
      let validate = compiled.get(schema);
      if (validate === undefined) {
        validate = ajv.compile(absolute(schema) as object);
        compiled.set(schema, validate);
      }
      return validate(value) ? undefined : ajv.errorsText(validate.errors);
    },
  };
}

/** References into the document as references to it, wherever the schema is compiled. */
function absolute(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(absolute);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      key === '$ref' && typeof each === 'string'
        ? each.replace(/^#/, 'hefu:openapi#')
        : absolute(each),
    ]),
  );
}

function operationOf(path: string, method: string, described: DocumentOperation): Operation {
  return {
    id: described.operationId,
    method: method.toUpperCase(),
    path,
    parameters: described.parameters ?? [],
    bodies: described.requestBody?.content ?? {},
    responses: described.responses,
    streams: described['x-hefu-stream'] === true,
    ofChain: described.servers === undefined,
    closed:
      described.security.length > 0 &&
      !described.security.some((each) => Object.keys(each).length === 0),
    pattern: patternOf(path),
  };
}

/** Matches the part of a target before its query, with or without the prefix of a chain. */
function patternOf(path: string): RegExp {
  const pieces = path.split(/(\{\w+\})/).map((piece, index, all) => {
    if (!piece.startsWith('{')) return piece.replaceAll('.', String.raw`\.`);
    const last = index >= all.length - 2 && WILDCARDS.has(path);
    return last ? '.*' : '[^/]*';
  });
  return new RegExp(`^(?:/chains/[^/]+)?${pieces.join('')}$`, 's');
}

import type { ModuleDefinition, RouteDefinition } from '@hefu/contract';
import { z } from 'zod';
import { heightText } from '../height.ts';
import type { ApiOperation } from './operation.ts';
import { NOT_MODIFIED } from './operation.ts';

const HEIGHT = heightText
  .optional()
  .describe('As it was after this block. Rows of read models tell the present alone: 410 before.');

/** Every address of a module takes a height beside its own query. */
function withHeight(query: z.ZodType | undefined): z.ZodType {
  if (query instanceof z.ZodObject) return query.extend({ height: HEIGHT });
  return z.strictObject({ height: HEIGHT });
}

/** What a module says of one of its addresses, in the form of our own. */
export function moduleOperation(
  module: ModuleDefinition,
  definition: RouteDefinition,
): ApiOperation {
  const { summary, params, query, body, response, problems } = definition;
  // A stream's values are no JSON document, and its schema only says that it is a stream.
  const streams = response.type === 'custom';
  return {
    tag: module.name,
    summary,
    access: 'reader',
    request: {
      ...(params === undefined ? {} : { params }),
      query: withHeight(query),
    },
    ...(body === undefined ? {} : { body: { 'application/json': { schema: body } } }),
    answers: {
      200: {
        description: 'The answer.',
        content: streams
          ? { 'application/x-ndjson': { schema: 'text' } }
          : { 'application/json': { schema: response } },
      },
      ...(definition.method === 'GET' ? { 304: NOT_MODIFIED } : {}),
    },
    problems: [
      'cursor-invalid',
      'request-invalid',
      'read-model-unavailable',
      'query-timeout',
      'height-pruned',
      'height-not-reached',
    ],
    ...(problems === undefined ? {} : { ownProblems: problems }),
  };
}

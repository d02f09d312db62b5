import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { z } from 'zod';
import { toPointer } from './pointer.ts';
import { ProblemError } from '../problems/problem-error.ts';
import type { FieldError } from '../problems/problem-error.ts';

/** Lets Fastify infer the types of params, query and body from zod schemas. */
export interface ZodTypeProvider extends FastifyTypeProvider {
  readonly validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
  readonly serializer: this['schema'] extends z.ZodType ? z.input<this['schema']> : unknown;
}

/** Our Fastify: zod schemas, no logger of its own. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** How Fastify names the parts of a request, and how a field error does. */
const PARTS: Readonly<Record<string, FieldError['in'] | undefined>> = {
  querystring: 'query',
  query: 'query',
  params: 'path',
  headers: 'header',
};

/** Faults named in one answer; a body of a thousand wrong fields need not be listed whole. */
export const FIELD_ERRORS_MAX = 50;

/** Installs the compilers: requests are checked by their zod schema, answers are plain JSON. */
export function useZod(app: App): void {
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => {
    const part = PARTS[httpPart ?? ''];
    return (data: unknown) => {
      const parsed = schema.safeParse(data);
      if (parsed.success) return { value: parsed.data };
      return {
        error: new ProblemError('request-invalid', { errors: fieldErrors(parsed.error, part) }),
      };
    };
  });
  app.setSerializerCompiler(() => (data: unknown) => JSON.stringify(data));
}

/** zod's issues as pointers into the request. */
export function fieldErrors(error: z.ZodError, part: FieldError['in'] | undefined): FieldError[] {
  return error.issues.slice(0, FIELD_ERRORS_MAX).map((issue) => ({
    pointer: toPointer(issue.path),
    code: issue.code.replaceAll('_', '-'),
    detail: issue.message,
    ...(part === undefined ? {} : { in: part }),
  }));
}

/** Checks a part of a request by hand, where Fastify's schema slot is not used; throws `request-invalid`. */
export function parseRequestPart(
  schema: z.ZodType | undefined,
  data: unknown,
  part: FieldError['in'] | undefined,
): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(data);
  if (!parsed.success) {
    throw new ProblemError('request-invalid', { errors: fieldErrors(parsed.error, part) });
  }
  return parsed.data;
}

import { z } from 'zod';

const fieldErrorSchema = z.strictObject({
  pointer: z.string().describe('RFC 6901, into the part that `in` names, else into the body.'),
  code: z.string(),
  detail: z.string().optional(),
  in: z.enum(['query', 'path', 'header']).optional(),
});

/** A problem document (RFC 9457) as it leaves; `renderProblem` makes it and a test holds the two together. */
export const problemSchema = z
  .looseObject({
    type: z.string().describe('Address of the page that explains the code.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().optional(),
    instance: z.string().optional(),
    code: z.string().describe('Stable: programs decide by it.'),
    retryable: z.boolean(),
    errors: z.array(fieldErrorSchema).optional(),
    traceId: z.string().optional(),
  })
  .meta({ id: 'Problem' });

export { compileValidator } from './compile.ts';
export { extractSchema } from './extract.ts';
export type { SchemaFault, SchemaVerdict } from './fault.ts';
export {
  bytes,
  READERS_ORGANISATIONS_MAX,
  readersSchema,
  record,
  text,
  timeMs,
} from './helpers.ts';
export { textFormats } from './formats.ts';
export type { TextFormat, TextFormatName } from './formats.ts';
export { POLICY_DEPTH_MAX, POLICY_N_MAX, POLICY_WIDTH_MAX, policySchema } from './policy-schema.ts';
export type { ItemFault } from './item-check.ts';

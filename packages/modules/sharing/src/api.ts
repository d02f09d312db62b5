export {
  ERASURES_COLLECTION,
  erasureKey,
  erasureRecordSchema,
  grantArgsSchema,
  grantOutputSchema,
  grantRecordSchema,
  GRANTS_COLLECTION,
  isGranted,
  recordErasureArgsSchema,
  revokeArgsSchema,
  SHARING_CONTRACT,
  SHARING_ROLES,
} from './args.ts';
export type { ErasureRecord, GrantArgs, GrantRecord } from './args.ts';
export {
  erasurePageSchema,
  erasureViewSchema,
  GRANT_STATES,
  grantPageSchema,
  grantViewSchema,
} from './views.ts';
export type { ErasureView, GrantView } from './views.ts';

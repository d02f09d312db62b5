export {
  ENCRYPTION_KEYS_COLLECTION,
  encryptionKeyRecordSchema,
  ERASURES_COLLECTION,
  erasureKey,
  erasureRecordSchema,
  grantArgsSchema,
  grantOutputSchema,
  grantRecordSchema,
  GRANTS_COLLECTION,
  isGranted,
  recordErasureArgsSchema,
  registerEncryptionKeyArgsSchema,
  revokeArgsSchema,
  SHARING_CONTRACT,
  SHARING_ROLES,
} from './args.ts';
export type { EncryptionKeyRecord, ErasureRecord, GrantArgs, GrantRecord } from './args.ts';
export {
  erasurePageSchema,
  erasureViewSchema,
  GRANT_STATES,
  grantPageSchema,
  grantViewSchema,
} from './views.ts';
export type { ErasureView, GrantView } from './views.ts';

import { defineModule } from '@hefu/contract';
import type { ModuleDefinition } from '@hefu/contract';
import { EVIDENCE_CONTRACT } from './args.ts';
import { evidenceProjection } from './read-model/projection.ts';
import {
  depositRoute,
  itemReceiptRoute,
  itemRoute,
  itemsRoute,
  receiptsRoute,
} from './routes/deposit-routes.ts';
import { findEvidenceRoute } from './routes/find-evidence.ts';
import { EVIDENCE_TEXTS } from './texts.ts';
import { evidenceV1 } from './v1/contract.ts';

export { evidenceV1 } from './v1/contract.ts';
export { evidenceProjection } from './read-model/projection.ts';
export { GROUP_ITEMS, groupRoots } from './batch/group-tree.ts';
export { receiptLines } from './receipts/receipt-lines.ts';
export type { GroupSource, ReceiptLinesOptions } from './receipts/receipt-lines.ts';

/** The evidence module: deposits of files, texts and digests, singly or as batches. */
export const evidence: ModuleDefinition = defineModule({
  name: EVIDENCE_CONTRACT,
  versions: [evidenceV1],
  projections: [evidenceProjection],
  routes: [findEvidenceRoute, depositRoute, itemsRoute, itemRoute, itemReceiptRoute, receiptsRoute],
  texts: EVIDENCE_TEXTS,
});

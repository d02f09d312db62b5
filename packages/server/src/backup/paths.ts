/**
 * What of a data folder goes into a backup. Left out, by not being named here: the signing state and what a restore left, which
 * must never come back; credentials, locks and logs, which are made anew; read models, which are rebuilt.
 */
const PATTERNS: readonly RegExp[] = [
  /^(node\.json|hefu\.yaml)$/,
  /^keys\/[A-Za-z0-9._/-]+$/,
  /^(chains\/[A-Za-z0-9._-]+\/)?[a-z][a-z0-9-]*\.sqlite$/,
  /^chains\/[A-Za-z0-9._-]+\/genesis\.json$/,
  /^chains\/[A-Za-z0-9._-]+\/store\/(format\.json|data\.mdb|segments\/[0-9]{8}\.seg)$/,
  /^chains\/[A-Za-z0-9._-]+\/vault\/[A-Za-z0-9._/-]+$/,
  /^chains\/[A-Za-z0-9._-]+\/pulls\/[0-9a-f]{64}\.json$/,
];

/** Rebuilt from the ledger. */
const READ_MODEL = /(^|\/)readmodel\.sqlite$/;

/** Whether a path from the data folder belongs into a backup, and may be written by a restore. */
export function isBackupPath(path: string): boolean {
  if (READ_MODEL.test(path)) return false;
  const inside = path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  return inside && PATTERNS.some((pattern) => pattern.test(path));
}

export { readVerifierPage } from './verifier-page.ts';
export type { VerifierPage } from './verifier-page.ts';

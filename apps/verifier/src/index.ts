export { readVerifierPage } from './verifier-page.ts';
export type { VerifierPage } from './verifier-page.ts';
export { STEP_QUESTIONS } from './texts/step-questions.ts';
export { LANGUAGES } from './texts/choose.ts';
export type { Language, Texts } from './texts/texts.ts';

export { makeSoftHsm, softHsmModule, SOFTHSM_PIN } from './softhsm.ts';
export type { SoftHsm } from './softhsm.ts';
export { startSigningService } from './signing-service.ts';
export type { ServiceTls, SigningService } from './signing-service.ts';

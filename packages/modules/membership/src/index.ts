export { membershipV1 } from './v1/contract.ts';

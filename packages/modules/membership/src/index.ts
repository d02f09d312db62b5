export { checkMembershipGenesis } from './check-genesis.ts';
export type { MembershipGenesisFault } from './check-genesis.ts';
export { membership } from './module.ts';
export { membershipProjection } from './read-model/projection.ts';
export { membershipV1 } from './v1/contract.ts';

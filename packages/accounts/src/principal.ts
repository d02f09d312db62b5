import type { Role } from './roles.ts';

/** Whoever a request comes from, as far as the node knows them. */
export interface Principal {
  /** `token` is the operator's token of the data folder. */
  readonly kind: 'user' | 'api-key' | 'token';
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** `organisation/name`: the member on the chain that they stand for. */
  readonly member?: string;
  /** The user whose key it is, or the user themselves. */
  readonly userId?: string;
}

/** Whoever does something, as the audit trail tells it. */
export interface Actor {
  /** `machine` is a command on the node's own machine, or the node itself; `nobody` carries no valid credential. */
  readonly kind: Principal['kind'] | 'machine' | 'nobody';
  readonly id: string;
  readonly name: string;
  /** Where they called from, as text. */
  readonly address?: string;
}

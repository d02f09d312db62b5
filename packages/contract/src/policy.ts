/** Who has said yes: the signer of a statement, or one of those who approved a proposal. */
export interface Approver {
  /** `<organisation>/<name>`. */
  readonly member: string;
  readonly organisation: string;
  readonly roles: readonly string[];
}

/** Who may call a method: plain data, the same in a contract's manifest and in the genesis. */
export type Policy =
  /** Whoever signs, also without being a member in good standing for any role. */
  | { readonly kind: 'anyone' }
  | { readonly kind: 'member' }
  | { readonly kind: 'role'; readonly roles: readonly string[] }
  | { readonly kind: 'organisation'; readonly organisations: readonly string[] }
  | { readonly kind: 'any'; readonly of: readonly Policy[] }
  | { readonly kind: 'all'; readonly of: readonly Policy[] }
  | { readonly kind: 'nOf'; readonly n: number; readonly of: readonly Policy[] }
  | { readonly kind: 'majority' }
  /** Called by one of these contracts, which has its own rules for who may make it. */
  | { readonly kind: 'contract'; readonly contracts: readonly string[] }
  /** The consortium's governance policy, as the state holds it (from the genesis on). */
  | { readonly kind: 'governance' };

/** Policies as data; see {@link evaluatePolicy} for what each asks. */
export const policy = {
  anyone: (): Policy => ({ kind: 'anyone' }),
  member: (): Policy => ({ kind: 'member' }),
  role: (...roles: readonly string[]): Policy => ({ kind: 'role', roles }),
  organisation: (...organisations: readonly string[]): Policy => ({
    kind: 'organisation',
    organisations,
  }),
  any: (...of: readonly Policy[]): Policy => ({ kind: 'any', of }),
  all: (...of: readonly Policy[]): Policy => ({ kind: 'all', of }),
  nOf: (n: number, ...of: readonly Policy[]): Policy => ({ kind: 'nOf', n, of }),
  majority: (): Policy => ({ kind: 'majority' }),
  contract: (...contracts: readonly string[]): Policy => ({ kind: 'contract', contracts }),
  governance: (): Policy => ({ kind: 'governance' }),
} as const;

import type { SignatureAlgorithm, Suite } from '@hefu/crypto/algorithm';
import type { Policy } from './policy.ts';

/**
 * The genesis document as a contract's `genesis` sees it: `hefu-genesis/1`, parsed and checked
 * (docs/formats/genesis.md). A contract reads the parts it knows.
 */
export interface GenesisDocument {
  readonly format: string;
  readonly chain: string;
  readonly suite: Suite;
  /** Milliseconds UTC. */
  readonly time: number;
  readonly algorithms: readonly SignatureAlgorithm[];
  readonly organisations: readonly { readonly id: string; readonly name: string }[];
  readonly members: readonly {
    readonly id: string;
    readonly kind: 'person' | 'service' | 'device';
    readonly roles: readonly string[];
  }[];
  readonly keys: readonly {
    readonly member: string;
    readonly algorithm: SignatureAlgorithm;
    /** Raw public key in base64. */
    readonly publicKey: string;
    readonly purpose: 'sign' | 'encrypt' | 'checkpoint' | 'transport';
  }[];
  readonly validators: readonly {
    readonly organisation: string;
    readonly algorithm: SignatureAlgorithm;
    readonly publicKey: string;
    readonly power: number;
  }[];
  readonly governance: Policy;
  readonly modules: readonly { readonly name: string; readonly version: number }[];
  readonly parameters: Readonly<Record<string, number>>;
}

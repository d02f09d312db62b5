import { equalBytes, fromBase64Url } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import {
  authorityPageSchema,
  certificatePageSchema,
  certificateViewSchema,
} from '@hefu/module-membership/api';
import type { AuthorityView, CertificateView } from '@hefu/module-membership/api';
import { activeAt, MEMBERSHIP_CONTRACT } from '@hefu/protocol';
import type { Interval } from '@hefu/protocol';
import type { Committed } from './answers.ts';
import type { ReadOptions } from './calls.ts';
import type { HefuClient } from './client.ts';
import { proveRows } from './listing.ts';
import type { RowRule } from './listing.ts';
import { pages } from './pages.ts';
import type { Signer } from './signer.ts';
import type { WaitOptions } from './submit.ts';

/** Items asked for at a time. */
const PAGE_LIMIT = 200;

/** Which certificates to list. */
export interface CertificateQuery {
  readonly member?: string;
  /** Hex id of the key that they certify. */
  readonly key?: string;
}

/**
 * X.509 certificates of a chain's members, and the authorities behind them. What is listed is held against the proven state, row by
 * row; how a certificate ended (`ended`) is told by events alone.
 */
export class CertificatesClient {
  readonly #client: HefuClient;

  constructor(client: HefuClient) {
    this.#client = client;
  }

  /** The authorities that an organisation has registered. */
  async *authorities(
    organisation: string,
    options: ReadOptions = {},
  ): AsyncGenerator<AuthorityView> {
    const path = `/v1/organisations/${encodeURIComponent(organisation)}/authorities`;
    yield* pages(async (cursor) => {
      const asked = { limit: PAGE_LIMIT, cursor };
      const { value, height } = await this.#client.readAt(path, authorityPageSchema, asked);
      await proveRows(this.#client, { ...value, height }, AUTHORITY_RULE, options);
      return value;
    });
  }

  /** Enrolled certificates, by id. */
  async *list(
    query: CertificateQuery = {},
    options: ReadOptions = {},
  ): AsyncGenerator<CertificateView> {
    const path = '/v1/certificates';
    yield* pages(async (cursor) => {
      const asked = { ...query, limit: PAGE_LIMIT, cursor };
      const { value, height } = await this.#client.readAt(path, certificatePageSchema, asked);
      await proveRows(this.#client, { ...value, height }, CERTIFICATE_RULE, options);
      return value;
    });
  }

  /** One certificate by its id in hex. Throws ProblemError `certificate-not-found`. */
  async show(id: string, options: ReadOptions = {}): Promise<CertificateView> {
    const path = `/v1/certificates/${encodeURIComponent(id)}`;
    const { value, height } = await this.#client.readAt(path, certificateViewSchema);
    await proveRows(this.#client, { items: [value], height }, CERTIFICATE_RULE, options);
    return value;
  }

  /** Registers an authority (DER) of the signer's organisation. */
  async addAuthority(
    signer: Signer,
    certificate: Uint8Array,
    options: WaitOptions = {},
  ): Promise<Committed> {
    return this.#client.members.call(signer, 'addAuthority', { certificate }, options);
  }

  /** Ends an authority of the signer's organisation, and all certificates that it stands behind. */
  async removeAuthority(
    signer: Signer,
    authority: string,
    options: WaitOptions = {},
  ): Promise<Committed> {
    return this.#client.members.call(signer, 'removeAuthority', { authority }, options);
  }

  /**
   * Takes a member's key in by its certificate, or renews one: `chain` is the certificate and the authorities between it and a
   * registered one, DER.
   */
  async enrol(
    signer: Signer,
    enrolment: { readonly member: string; readonly chain: readonly Uint8Array[] },
    options: WaitOptions = {},
  ): Promise<Committed> {
    const { member, chain } = enrolment;
    const args = { member, chain: [...chain] };
    return this.#client.members.call(signer, 'enrolCertificate', args, options);
  }

  /** Ends a certificate, and its key when no other one holds it up. */
  async revoke(signer: Signer, certificate: string, options: WaitOptions = {}): Promise<Committed> {
    return this.#client.members.call(signer, 'revokeCertificate', { certificate }, options);
  }
}

type Fields = Readonly<Record<string, CborValue>>;

const AUTHORITY_RULE: RowRule<AuthorityView> = {
  path: '/v1/organisations/…/authorities',
  place: ({ organisation, id }) => ({
    contract: MEMBERSHIP_CONTRACT,
    collection: 'authorities',
    key: `${organisation}/${id}`,
  }),
  expected: (value, row, height) => {
    const { organisation, certificate, notBefore, notAfter, active } = value as Fields;
    const told = fromBase64Url(row.certificate);
    const isSame =
      told !== undefined && certificate instanceof Uint8Array && equalBytes(told, certificate);
    return {
      organisation,
      notBefore,
      notAfter,
      active,
      // Compared as bytes; the text then is the row's own.
      certificate: isSame ? row.certificate : '',
      status: standing(active, height),
    } as AuthorityView;
  },
};

const CERTIFICATE_RULE: RowRule<CertificateView> = {
  path: '/v1/certificates',
  place: ({ id }) => ({ contract: MEMBERSHIP_CONTRACT, collection: 'certificates', key: id }),
  expected: (value, _row, height) => {
    const { member, authority, key, notBefore, notAfter, active } = value as Fields;
    const status = standing(active, height);
    return { member, authority, key, notBefore, notAfter, active, status } as CertificateView;
  },
};

/** Whether a record counts in the block after the height. */
function standing(active: CborValue | undefined, height: number): 'active' | 'closed' {
  return activeAt(active as readonly Interval[], height + 1) ? 'active' : 'closed';
}

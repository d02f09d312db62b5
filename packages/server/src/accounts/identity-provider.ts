import type { ProviderIdentity } from '@hefu/accounts';
import type { Configuration } from 'openid-client';
import type { Config } from '../config/schema.ts';

/** What has to be kept from the beginning of a sign-in elsewhere to its end. */
export interface ProviderVisit {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Somebody elsewhere who says who people are (OpenID Connect Core 1.0, authorization code flow with PKCE). */
export interface IdentityProvider {
  /** Where to send the browser; undefined when the provider does not answer. */
  begin(redirectUri: string, state: string): Promise<ProviderStart | undefined>;
  /** Who came back; undefined when what they brought proves nobody. */
  finish(callback: URL, visit: ProviderVisit): Promise<ProviderIdentity | undefined>;
}

export interface ProviderStart {
  readonly url: string;
  readonly visit: ProviderVisit;
}

/** Seconds that the provider may take for each question. */
const TIMEOUT_SECONDS = 10;
/** The hosts that may be asked without TLS: this machine. */
const LOOPBACK_HOSTS = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Loaded when it is first asked for: few nodes have a provider. */
const library = async () => import('openid-client');

/** The provider of the settings; undefined when none is set. */
export function openIdProvider(
  { issuer, clientId }: Config['oidc'],
  clientSecret: string | undefined,
): IdentityProvider | undefined {
  if (issuer === '' || clientId === '') return undefined;
  let known: Promise<Configuration> | undefined;

  async function discover(): Promise<Configuration> {
    const { allowInsecureRequests, discovery } = await library();
    const address = new URL(issuer);
    const local = address.protocol === 'http:' && LOOPBACK_HOSTS.has(address.hostname);
    return discovery(address, clientId, clientSecret, undefined, {
      timeout: TIMEOUT_SECONDS,
      execute: local ? [allowInsecureRequests] : [],
    });
  }

  /** What the provider says of itself is kept; a failure is not, so that it is asked again. */
  async function configuration(): Promise<Configuration> {
    known ??= discover();
    try {
      return await known;
    } catch (error) {
      known = undefined;
      throw error;
    }
  }

  return {
    async begin(redirectUri, state) {
      try {
        const oidc = await library();
        const codeVerifier = oidc.randomPKCECodeVerifier();
        const nonce = oidc.randomNonce();
        const url = oidc.buildAuthorizationUrl(await configuration(), {
          redirect_uri: redirectUri,
          scope: 'openid',
          state,
          nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
          code_challenge_method: 'S256',
        });
        return { url: url.href, visit: { redirectUri, state, nonce, codeVerifier } };
      } catch {
        return undefined;
      }
    },
    async finish(callback, { state, nonce, codeVerifier }) {
      try {
        const { authorizationCodeGrant } = await library();
        const tokens = await authorizationCodeGrant(await configuration(), callback, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        return claims === undefined ? undefined : { issuer: claims.iss, subject: claims.sub };
      } catch {
        return undefined;
      }
    },
  };
}

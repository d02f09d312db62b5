import type { Accounts, Passkey } from '@hefu/accounts';
import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { NodeHost } from '../../chain-host.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { actorOf } from '../auth/guard.ts';
import { requireSameOrigin } from '../auth/same-origin.ts';
import { toTimeText } from '../json-value.ts';
import { json } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';
import { createChallenges } from './challenges.ts';
import { orProblem } from './problem-of.ts';
import {
  placeOf,
  requireFreshSession,
  requireSession,
  sendSignedIn,
  signedInSchema,
} from './session-routes.ts';

/** What a user is shown by their authenticator. */
const RELYING_PARTY_NAME = 'Hefu 合符';
/** The parts of a credential: the longest, an attestation object, has a few kilobytes. */
const PART_CHARS_MAX = 16_384;
const NAME_CHARS_MAX = 100;

const part = z.string().max(PART_CHARS_MAX);
/** What a browser's `credential.toJSON()` gives (WebAuthn §5.1.8); the library looks at it closely. */
const credentialBase = {
  id: part,
  rawId: part,
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().max(64).nullish(),
  clientExtensionResults: z.looseObject({}).optional(),
};
const registrationBody = z.strictObject({
  name: z.string().min(1).max(NAME_CHARS_MAX).describe('What the passkey is called here.'),
  credential: z.strictObject({
    ...credentialBase,
    response: z.looseObject({
      clientDataJSON: part,
      attestationObject: part,
      transports: z.array(z.string().max(32)).max(10).optional(),
    }),
  }),
});
const assertionBody = z.strictObject({
  credential: z.strictObject({
    ...credentialBase,
    response: z.looseObject({
      clientDataJSON: part,
      authenticatorData: part,
      signature: part,
      userHandle: part.nullish(),
    }),
  }),
});
const passkeyParams = z.object({ id: z.string().max(1_400) });
const passkeySchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    created: z.iso.datetime(),
    used: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Passkey' });
const passkeysSchema = z.strictObject({ items: z.array(passkeySchema) });
const optionsSchema = z.looseObject({ challenge: z.string() });

const API = {
  list: {
    tag: 'accounts',
    summary: 'One’s passkeys.',
    access: 'account',
    answers: { 200: { description: 'All of them.', content: json(passkeysSchema) } },
    problems: ['session-needed'],
  },
  offer: {
    tag: 'accounts',
    summary: 'Begins to add a passkey: options for `navigator.credentials.create`.',
    access: 'account',
    answers: { 200: { description: 'The options.', content: json(optionsSchema) } },
    problems: ['session-needed', 'sign-in-again'],
  },
  add: {
    tag: 'accounts',
    summary: 'Adds a passkey, with what the browser answered.',
    access: 'account',
    answers: { 201: { description: 'One’s passkeys.', content: json(passkeysSchema) } },
    problems: [
      'session-needed',
      'sign-in-again',
      'passkey-not-proven',
      'passkey-exists',
      'accounts-full',
      'user-name-invalid',
    ],
  },
  remove: {
    tag: 'accounts',
    summary: 'Removes a passkey.',
    access: 'account',
    answers: { 204: { description: 'It is gone.' } },
    problems: ['session-needed', 'sign-in-again', 'passkey-not-found'],
  },
  begin: {
    tag: 'accounts',
    summary: 'Begins to sign in by passkey: options for `navigator.credentials.get`.',
    access: 'public',
    answers: { 200: { description: 'The options.', content: json(optionsSchema) } },
    problems: ['request-cross-site'],
  },
  signIn: {
    tag: 'accounts',
    summary: 'Signs in by passkey, with what the browser answered.',
    access: 'public',
    answers: {
      201: {
        description: 'Signed in.',
        headers: [{ name: 'Set-Cookie', description: 'The session.' }],
        content: json(signedInSchema),
      },
    },
    problems: ['request-cross-site', 'sign-in-failed', 'request-invalid', 'json-malformed'],
  },
} as const satisfies Readonly<Record<string, ApiOperation>>;

/** Loaded when the first passkey is asked for: few nodes have any, and it makes every start slower. */
const library = async () => import('@simplewebauthn/server');

/** `/v1/accounts/passkeys` and `/v1/session/passkey`: signing in without a password (WebAuthn level 3). */
export function addPasskeyRoutes(
  app: App,
  node: NodeHost,
  accounts: Accounts,
  clock: { nowMs(): number },
): void {
  const { credentials } = node;
  const offers = createChallenges<string>(clock);
  const begun = createChallenges<true>(clock);

  app.get(
    '/v1/accounts/passkeys',
    { config: { api: API.list, needs: 'read' } },
    (request, reply) => {
      const { principal } = requireSession(request, credentials);
      return reply.header('cache-control', 'no-store').send(viewOf(accounts, principal.id));
    },
  );
  app.post(
    '/v1/accounts/passkeys/offer',
    { config: { api: API.offer, guard: 'self', needs: 'read' } },
    async (request, reply) => {
      const { principal } = requireFreshSession(request, credentials, accounts);
      const { generateRegistrationOptions } = await library();
      const known = accounts.passkeys.list(principal.id);
      const options = await generateRegistrationOptions({
        rpName: RELYING_PARTY_NAME,
        rpID: request.hostname,
        userName: principal.name,
        userID: Uint8Array.from(Buffer.from(principal.id, 'utf8')),
        challenge: challengeBytes(offers.add(principal.id)),
        attestationType: 'none',
        excludeCredentials: known.map(descriptorOf),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      return reply.header('cache-control', 'no-store').send(options);
    },
  );
  app.post(
    '/v1/accounts/passkeys',
    { schema: { body: registrationBody }, config: { api: API.add, guard: 'self', needs: 'read' } },
    async (request, reply) => {
      const { principal } = requireFreshSession(request, credentials, accounts);
      const { name, credential } = request.body;
      const { verifyRegistrationResponse } = await library();
      const verified = await proven(async () =>
        verifyRegistrationResponse({
          response: credential as RegistrationResponseJSON,
          // A challenge is good once, and for whom it was made.
          expectedChallenge: (challenge) => offers.take(challenge) === principal.id,
          expectedOrigin: originOf(request),
          expectedRPID: request.hostname,
        }),
      );
      if (!verified?.verified) throw new ProblemError('passkey-not-proven');
      const { id, publicKey, counter } = verified.registrationInfo.credential;
      const added = accounts.passkeys.add(actorOf(request, credentials), {
        id,
        userId: principal.id,
        name,
        publicKey,
        counter,
        transports: credential.response.transports ?? [],
      });
      orProblem(added);
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send(viewOf(accounts, principal.id));
    },
  );
  app.delete(
    '/v1/accounts/passkeys/:id',
    {
      schema: { params: passkeyParams },
      config: { api: API.remove, guard: 'self', needs: 'read' },
    },
    (request, reply) => {
      const { principal } = requireFreshSession(request, credentials, accounts);
      const by = actorOf(request, credentials);
      orProblem(accounts.passkeys.remove(by, principal.id, request.params.id));
      return reply.code(204).header('cache-control', 'no-store').send();
    },
  );
  app.post(
    '/v1/session/passkey/offer',
    { config: { api: API.begin, guard: 'self' } },
    async (request, reply) => {
      requireSameOrigin(request);
      const { generateAuthenticationOptions } = await library();
      // No list of credentials: it would tell who has which.
      const options = await generateAuthenticationOptions({
        rpID: request.hostname,
        challenge: challengeBytes(begun.add(true)),
        userVerification: 'required',
      });
      return reply.header('cache-control', 'no-store').send(options);
    },
  );
  app.post(
    '/v1/session/passkey',
    { schema: { body: assertionBody }, config: { api: API.signIn, guard: 'self' } },
    async (request, reply) => {
      requireSameOrigin(request);
      const { credential } = request.body;
      const passkey = accounts.passkeys.get(credential.id);
      const { verifyAuthenticationResponse } = await library();
      const verified = await proven(async () =>
        passkey === undefined
          ? undefined
          : verifyAuthenticationResponse({
              response: credential as AuthenticationResponseJSON,
              expectedChallenge: (challenge) => begun.take(challenge) === true,
              expectedOrigin: originOf(request),
              expectedRPID: request.hostname,
              credential: {
                id: passkey.id,
                publicKey: Uint8Array.from(passkey.publicKey),
                counter: passkey.counter,
              },
            }),
      );
      const userId = verified?.verified === true ? passkey?.userId : undefined;
      if (verified !== undefined && userId !== undefined) {
        accounts.passkeys.used(credential.id, verified.authenticationInfo.newCounter);
      }
      return sendSignedIn(
        request,
        reply,
        orProblem(accounts.signIn.proven(userId ?? 'nobody', 'passkey', placeOf(request))),
      );
    },
  );
}

/** The library throws for all that does not hold; which of it, is nobody's business. */
async function proven<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

/** The library encodes bytes; our keys are base64url already. */
function challengeBytes(key: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(key, 'base64url'));
}

/** The node's own page, as the browser names it. */
function originOf(request: FastifyRequest): string {
  return URL.parse(`${request.protocol}://${request.host}`)?.origin ?? 'null';
}

function descriptorOf({ id, transports }: Passkey): {
  id: string;
  transports: AuthenticatorTransport[];
} {
  return { id, transports: [...transports] as AuthenticatorTransport[] };
}

function viewOf(accounts: Accounts, userId: string): z.input<typeof passkeysSchema> {
  const items = accounts.passkeys.list(userId).map(({ id, name, createdMs, usedMs }) => ({
    id,
    name,
    created: toTimeText(createdMs),
    used: usedMs === undefined ? null : toTimeText(usedMs),
  }));
  return { items };
}

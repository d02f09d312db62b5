import { parseTrustAsync } from '@hefu/protocol';
import type { Trust } from '@hefu/protocol';
import { ProblemError, refusalError } from '../problems/problem-error.ts';
import { ExchangeError } from './exchange-error.ts';
import { createGranterHttp } from './granter-http.ts';
import type { SharingChain } from './granter.ts';
import { dropPull, keepPull, keptPulls } from './kept-pulls.ts';
import type { KeptPull } from './kept-pulls.ts';
import { createPartialPull } from './partial-pull.ts';
import { pullObject } from './pull-object.ts';
import type { Pulled } from './pull-object.ts';

/**
 * Pulls a granted object, and notes by which pull it came. An object that its granter has erased, as the ledger proves, is erased here
 * too. Throws the problem.
 */
export async function pull(chain: SharingChain, body: KeptPull): Promise<Pulled> {
  const { sharing } = chain;
  const trust = await trustOf(chain, body.trust);
  const signer = sharing
    .signers(chain.organisation)
    .find(({ keyId }) => keyId === body.key)
    ?.open();
  if (signer === undefined) throw new ProblemError('member-key-missing');
  const decryptionKey = sharing.decryptionKey(sharing.recipient.keyId);
  if (decryptionKey === undefined) throw new ProblemError('decryption-key-missing');
  try {
    const pulled = await pullObject({
      http: createGranterHttp(body.from),
      trust,
      grant: body.grant,
      grantee: chain.organisation,
      signer,
      recipient: sharing.recipient,
      decryptionKey,
      granted: sharing.granted,
      partial: createPartialPull(sharing.pullsDirectory, body.grant),
    });
    await keepPull(sharing.pullsDirectory, body);
    return pulled;
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    if (error.code === 'object-erased') await dropPull(sharing.pullsDirectory, body.grant);
    throw refusalError(error.code, { detail: error.message });
  }
}

async function trustOf(chain: SharingChain, given: unknown): Promise<Trust> {
  const parsed = await parseTrustAsync(given ?? chain.reader.trust());
  // The wrapped key and the digests are of the chain's suite, and so is this node's key.
  if (parsed.ok && parsed.trust.suite === chain.suite) return parsed.trust;
  throw new ProblemError('trust-invalid', parsed.ok ? {} : { detail: parsed.code });
}

/** What became of a pull when its granter was asked again: `ok`, or the code of the problem. */
export interface PullCheck {
  readonly grant: string;
  readonly code: string;
}

/** Asks all granters again, one after the other: what they have erased is erased here, what is missing here comes again. */
export async function checkPulls(chain: SharingChain): Promise<readonly PullCheck[]> {
  const checks: PullCheck[] = [];
  for (const kept of await keptPulls(chain.sharing.pullsDirectory)) {
    try {
      await pull(chain, kept);
      checks.push({ grant: kept.grant, code: 'ok' });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      checks.push({ grant: kept.grant, code: error.code });
    }
  }
  return checks;
}

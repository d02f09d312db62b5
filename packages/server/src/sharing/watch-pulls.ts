import type { ChainHost } from '../chain-host.ts';
import type { Logger } from '../logging/logger.ts';
import { checkPulls } from './pull.ts';

/** How often granters are asked whether what they granted still stands. */
const CHECK_EVERY_MS = 60 * 60 * 1000;
/** First of all soon after the start: a backup may have brought back what was erased meanwhile. */
const FIRST_CHECK_AFTER_MS = 10_000;

/** Asks all granters of a chain every hour, so that what they erase is erased here without anybody's doing. */
export function watchPulls(host: ChainHost, logger: Logger): Disposable {
  const { sharing } = host;
  if (sharing === undefined) return { [Symbol.dispose]: () => undefined };
  const chain = { ...host, sharing };
  let isBusy = false;

  async function check(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    try {
      await checkPulls(chain);
    } catch (error) {
      logger.error({ err: error, chain: host.chain }, 'granters could not be asked again');
    } finally {
      isBusy = false;
    }
  }

  const first = setTimeout(() => void check(), FIRST_CHECK_AFTER_MS).unref();
  const timer = setInterval(() => void check(), CHECK_EVERY_MS).unref();
  return {
    [Symbol.dispose]() {
      clearTimeout(first);
      clearInterval(timer);
    },
  };
}

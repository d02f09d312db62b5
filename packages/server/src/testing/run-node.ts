// Runs a node in a process of its own until a signal, and tells its address. Argument: the data folder. For stop.test.ts.
import { silentLogger } from '../logging/logger.ts';
import { startNode } from '../node/start-node.ts';
import { stopOnSignal } from '../node/stop-on-signal.ts';
import { ANY_PORT } from './data-folder.ts';

const [directory = ''] = process.argv.slice(2);
const node = await startNode({ directory, flags: ANY_PORT, logger: silentLogger() });
process.stdout.write(`${node.url}\n`);
await stopOnSignal(node);
process.stdout.write('stopped\n');

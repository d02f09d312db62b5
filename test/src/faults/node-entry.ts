import { startNode, stopOnSignal } from '@hefu/server';

/** What `node-process.ts` runs: one node, its address on standard output. */
const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: node-entry DIRECTORY');
const node = await startNode({ directory, flags: { 'http.port': 0, 'log.level': 'warn' } });
process.stdout.write(`ready ${node.url}\n`);
await stopOnSignal(node);

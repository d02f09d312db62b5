import { startNode, stopOnSignal } from '@hefu/server';

/** A node in a process of its own, its address on standard output, for the bench to load. */
const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: node-entry DIRECTORY');
const node = await startNode({
  directory,
  flags: { 'http.port': 0, 'http.requestsPerSecondMax': 0, 'log.level': 'warn' },
});
if (node.signInLink !== undefined) process.stdout.write(`sign-in ${node.signInLink}\n`);
process.stdout.write(`ready ${node.url}\n`);
await stopOnSignal(node);

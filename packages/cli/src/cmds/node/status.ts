import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { connectNode } from '../../node/connect.ts';
import { fields } from '../../output/table.ts';

export const describe: CommandText = {
  summary: 'Says whether the node answers, and where its chain stands.',
  details: ['Ends with 5 when nothing answers or the node is not ready.'],
  examples: ['hefu node status', 'hefu node status --url http://127.0.0.1:8441 --json'],
  json: '`{format: "hefu-status/1", url, ready, version, chain, suite, organisation, height, time, size, root, checks}`.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const client = connectNode(context);
  const version = (await client.http.json({ path: '/version' })) as {
    readonly version?: string;
    readonly runtime?: string;
  };
  const answer = await client.http.ask({ path: '/readyz', query: { verbose: '1' } });
  const ready = answer.status === 200;
  const checks = (await answer.text()).trim().split('\n');
  const info = await client.chainInfo();
  const { chain, suite, organisation, height, time, size, root } = info;
  const { url } = client.http;
  output.result(
    {
      format: 'hefu-status/1',
      url,
      ready,
      version: version.version,
      chain,
      suite,
      organisation,
      height,
      time,
      size,
      root,
      checks,
    },
    () => [
      `${ready ? output.style('good', '● ready') : output.style('bad', '● not ready')}  ${url}`,
      ...(ready ? [] : checks.map((line) => `  ${line}`)),
      ...fields([
        ['  version', `${version.version ?? '?'} (${version.runtime ?? '?'})`],
        ['  chain', `${chain} (${suite})`],
        ['  organisation', organisation],
        ['  height', `${height}, ${time}`],
        ['  log', `${size} entries, root ${root}`],
      ]),
    ],
  );
  return ready ? EXIT.ok : EXIT.unavailable;
}

import type { ApiDocument } from '../http/openapi/document.ts';

/** What a walk asks with: values for each name of a parameter; `*` has those for any other. */
export type Pools = Readonly<Record<string, readonly string[]>>;

/** One answer of a walk, whatever its status. */
export interface WalkedAnswer {
  /** As the document has it: `/v1/evidence/{id}`. */
  readonly template: string;
  readonly path: string;
  readonly status: number;
  /** Headers and body, each byte a character. */
  readonly text: string;
}

/** Streams never end: whoever walks reads them by themselves. */
const STREAMS: ReadonlySet<string> = new Set(['/v1/events']);
/** Requests under way at once. */
const AT_ONCE = 8;

/**
 * Asks every address that can be asked with GET, by the node's own OpenAPI document: with every value that the pools have for each
 * parameter of the path, and beside that with each parameter of the query alone: a new address is walked without anybody's doing.
 */
export async function walkWaysOut(options: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly pools: Pools;
}): Promise<readonly WalkedAnswer[]> {
  const { url, headers, pools } = options;
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument;
  const asked: { readonly template: string; readonly path: string }[] = [];
  for (const [template, item] of Object.entries(document.paths)) {
    const { get } = item as { readonly get?: Operation };
    if (get === undefined || STREAMS.has(template)) continue;
    for (const path of pathsOf(template, get, pools)) asked.push({ template, path });
  }
  const answers: WalkedAnswer[] = [];
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const part = asked.slice(from, from + AT_ONCE);
    answers.push(
      ...(await Promise.all(
        part.map(async ({ template, path }) => {
          const answer = await fetch(`${url}${path}`, { headers, redirect: 'manual' });
          const body = Buffer.from(await answer.arrayBuffer()).toString('latin1');
          const text = `${JSON.stringify([...answer.headers])}${body}`;
          return { template, path, status: answer.status, text };
        }),
      )),
    );
  }
  return answers;
}

/** Addresses of the document that a walk asks. */
export async function walkedTemplates(url: string): Promise<readonly string[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument;
  return Object.entries(document.paths)
    .filter(([template, item]) => 'get' in item && !STREAMS.has(template))
    .map(([template]) => template);
}

/** What a stream of events gives from its first event on, for a while. */
export async function readStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  forMs: number,
): Promise<string> {
  const ended = AbortSignal.timeout(forMs);
  let text = '';
  try {
    const answer = await fetch(`${url}/v1/events?since=start&blocks=1`, {
      headers,
      signal: ended,
    });
    for await (const part of answer.body ?? []) text += Buffer.from(part).toString('latin1');
  } catch (error) {
    if (!ended.aborted) throw error;
  }
  return text;
}

interface Operation {
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
  }[];
}

function pathsOf(template: string, { parameters = [] }: Operation, pools: Pools): string[] {
  let paths = [''];
  for (const piece of template.split(/(\{\w+\})/)) {
    const name = /^\{(\w+)\}$/.exec(piece)?.[1];
    // Keys of the state and tiles hold slashes that are part of the address.
    const values = name === undefined ? [piece] : poolOf(pools, template, name);
    paths = paths.flatMap((path) => values.map((value) => `${path}${value}`));
  }
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const needed = query.filter(({ required }) => required === true);
  const base = needed.map(({ name }) => `${name}=${poolOf(pools, template, name)[0]}`);
  const asked = new Set<string>([base.join('&')]);
  for (const { name } of query) {
    for (const value of poolOf(pools, template, name)) {
      asked.add(
        [...base.filter((each) => !each.startsWith(`${name}=`)), `${name}=${value}`].join('&'),
      );
    }
  }
  return paths.flatMap((path) =>
    [...asked].map((each) => (each === '' ? path : `${path}?${each}`)),
  );
}

function poolOf(pools: Pools, template: string, name: string): readonly string[] {
  const values = pools[`${template} ${name}`] ?? pools[name] ?? pools['*'];
  if (values === undefined || values.length === 0) {
    throw new Error(`the walk has no value for ${name} of ${template}`);
  }
  return values;
}

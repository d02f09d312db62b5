// Goal: a subscription gives each event once and in order over broken connections, silence and refusals that pass; it ends with
// its signal and with refusals that do not pass. Method: a real server that breaks streams as it is told.
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { HefuClient } from '../client.ts';
import { sendProblem, startServer } from '../testing/http-server.ts';
import type { EventQuery, LedgerEvent } from './events.ts';

function event(id: number): string {
  const body = {
    specversion: '1.0',
    id: String(id),
    source: 'hefu:a.example',
    type: id % 2 === 0 ? 'hefu.block' : 'hefu.evidence.batch-deposited',
    data: { id },
  };
  return `id: ${id}\ndata: ${JSON.stringify(body)}\n\n`;
}

async function take(url: string, count: number, query: EventQuery = {}): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  const client = new HefuClient({ url, verify: false });
  for await (const each of client.events(query)) {
    events.push(each);
    if (events.length === count) break;
  }
  return events;
}

function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

describe('a subscription', () => {
  it('goes on behind the last event, whatever broke', async () => {
    const heard: (string | undefined)[] = [];
    await using server = await startServer((request, response) => {
      const last = request.headers['last-event-id'];
      heard.push(typeof last === 'string' ? last : undefined);
      const from = Number(last ?? 0) + 1;
      if (heard.length === 3) {
        sendProblem(response, 503, 'streams-full', true);
        return;
      }
      stream(response);
      response.write(event(from) + event(from + 1));
      // The third event comes in half, and then never.
      response.write(event(from + 2).slice(0, 20), () => {
        if (heard.length % 2 === 0) response.destroy();
        else response.end();
      });
    });
    const problems: string[] = [];
    const onReconnect: NonNullable<EventQuery['onReconnect']> = ({ code }) => problems.push(code);
    const events = await take(server.url, 8, { since: '4', onReconnect });
    expect(events.map(({ position }) => position)).toEqual([
      '5',
      '6',
      '7',
      '8',
      '9',
      '10',
      '11',
      '12',
    ]);
    expect(events.slice(0, 2).map(({ name }) => name)).toEqual([
      'evidence/batch-deposited',
      'block',
    ]);
    expect(heard).toEqual(['4', '6', '8', '8', '10']);
    expect(problems).toEqual([
      'node-unreachable',
      'node-unreachable',
      'streams-full',
      'node-unreachable',
    ]);
  });

  it('leaves a node that has gone silent, and takes up ids that came without events', async () => {
    const heard: unknown[] = [];
    await using server = await startServer((request, response) => {
      heard.push(request.headers['last-event-id']);
      stream(response);
      if (heard.length === 1) response.write('id: 40\n\n: nothing for you\n\n');
      else response.write(event(41));
    });
    const [first] = await take(server.url, 1, { silenceMs: 50 });
    expect(first?.position).toBe('41');
    expect(heard).toEqual([undefined, '40']);
  });

  it('goes to another node when its own is gone', async () => {
    await using second = await startServer((_request, response) => {
      stream(response);
      response.write(event(1));
    });
    const first = await startServer(() => undefined);
    await first[Symbol.asyncDispose]();
    const client = new HefuClient({ url: [first.url, second.url], verify: false });
    for await (const { position } of client.events()) {
      expect(position).toBe('1');
      break;
    }
  });

  it('ends when it is refused for good, and with its signal', async () => {
    await using server = await startServer((_request, response) =>
      sendProblem(response, 400, 'request-invalid'),
    );
    await expect(take(server.url, 1)).rejects.toMatchObject({ code: 'request-invalid' });
    server.answer = (_request, response) => {
      stream(response);
      response.write('data: no JSON\n\n');
    };
    await expect(take(server.url, 1)).rejects.toMatchObject({ code: 'answer-not-understood' });
    server.answer = (_request, response) => {
      stream(response);
      response.write(event(1));
    };
    const controller = new AbortController();
    const reason = new Error('enough');
    const work = (async () => {
      const { signal } = controller;
      for await (const each of new HefuClient({ url: server.url, verify: false }).events({
        signal,
      })) {
        if (each.position === '1') controller.abort(reason);
      }
    })();
    await expect(work).rejects.toBe(reason);
  });
});

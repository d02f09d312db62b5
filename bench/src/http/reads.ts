import { inFlight, secondsOf } from '../measure/statistics.ts';
import { Connection } from './connection.ts';

/** Connections that read, one request after the other each. */
const CONNECTIONS = 64;

/** Answers a second to GETs of the paths, in turn. Throws at any status but 200. */
export async function readsPerSecond(
  url: string,
  paths: readonly string[],
  count: number,
): Promise<number> {
  const requests = paths.map((path) =>
    Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`),
  );
  const open = await Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.open(url)));
  const free = [...open];
  const seconds = await secondsOf(() =>
    inFlight(count, CONNECTIONS, async (index) => {
      const connection = free.pop();
      const request = requests[index % requests.length];
      if (connection === undefined || request === undefined) throw new Error('no connection');
      const { status } = await connection.send(request);
      if (status !== 200) throw new Error(`${paths[index % paths.length]}: status ${status}`);
      free.push(connection);
    }),
  );
  for (const connection of open) connection.close();
  return count / seconds;
}

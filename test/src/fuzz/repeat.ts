import type { WireRequest } from './wire.ts';
import { requestBytes } from './wire.ts';

/** What a command line can say of a body by itself. */
const PLAIN_BODY = /^[\x20-\x7e]{0,4000}$/;
/** What curl passes on as it is. */
const PLAIN_TARGET = /^\/[\x21-\x7e]*$/;
const PLAIN_HEADER = /^[\x20-\x7e]*$/;

/** A command that sends the request again. */
export function repeatCommand(request: WireRequest, url: string): string {
  const { method, target, headers, body } = request;
  const plain =
    PLAIN_TARGET.test(target) &&
    request.lengthSaid === undefined &&
    headers.every(([name, value]) => /^[A-Za-z0-9-]+$/.test(name) && PLAIN_HEADER.test(value));
  if (!plain) {
    const { hostname, port, host } = new URL(url);
    const encoded = requestBytes(request, host).toString('base64');
    return `echo ${encoded} | base64 -d | nc -q 1 ${hostname} ${port}`;
  }
  const words = ['curl -sSi --globoff --path-as-is', '-X', method];
  for (const [name, value] of headers) {
    words.push('-H', quoted(value === '' ? `${name};` : `${name}: ${value}`));
  }
  if (request.chunked === true) words.push('-H', quoted('Transfer-Encoding: chunked'));
  words.push(quoted(`${url}${target}`));
  if (body === undefined) return words.join(' ');
  const text = Buffer.from(body).toString('latin1');
  if (PLAIN_BODY.test(text)) return `${words.join(' ')} --data-binary ${quoted(text)}`;
  const encoded = Buffer.from(body).toString('base64');
  return `echo ${encoded} | base64 -d | ${words.join(' ')} --data-binary @-`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

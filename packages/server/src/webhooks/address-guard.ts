import { lookup as systemLookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

/**
 * Addresses that are not of the public internet (IANA special-purpose registries, RFC 6890): private, loopback, link-local
 * with the clouds' metadata services, shared, documentation, multicast, reserved.
 */
const NOT_PUBLIC_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/** Of IPv6 only global unicast is public (RFC 4291 §2.4), and of that not what hides an IPv4 address or is special. */
const GLOBAL_V6 = ['2000::', 3] as const;
const NOT_PUBLIC_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const blocked = new BlockList();
for (const [net, prefix] of NOT_PUBLIC_V4) blocked.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of NOT_PUBLIC_V6) blocked.addSubnet(net, prefix, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet(...GLOBAL_V6, 'ipv6');

/** Whether an IP address, without brackets, is of the public internet. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blocked.check(address, 'ipv4');
    case 6:
      return globalUnicast.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
    default:
      return false;
  }
}

/** Names that lead into this machine or network by their form. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|home\.arpa|onion)\.?$/i;
/** Longest address taken. */
export const WEBHOOK_URL_CHARS_MAX = 2_048;

export type UrlVerdict =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly reason: string };

/**
 * Whether events may be sent to an address, by its form alone; where its name leads to is looked at each time it is
 * called. The URL parser has by then turned every spelling of an IP address into one.
 */
export function checkWebhookUrl(text: string, privateAllowed: boolean): UrlVerdict {
  const url = text.length > WEBHOOK_URL_CHARS_MAX ? null : URL.parse(text);
  if (url === null) return refused('It is not an absolute address.');
  const schemes = privateAllowed ? ['https:', 'http:'] : ['https:'];
  if (!schemes.includes(url.protocol)) return refused('It must begin with https://.');
  if (url.username !== '' || url.password !== '') return refused('It holds a user name.');
  if (url.hash !== '') return refused('It has a fragment, which would not be sent.');
  if (privateAllowed) return { ok: true, url };
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isPublic =
    isIP(host) === 0 ? !LOCAL_NAME.test(host) && host.includes('.') : isPublicAddress(host);
  return isPublic ? { ok: true, url } : refused('It leads into a private network.');
}

function refused(reason: string): UrlVerdict {
  return { ok: false, reason };
}

/** Resolves a name to all its addresses. */
export type Resolve = (
  host: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

const resolveBySystem: Resolve = (host, callback) => {
  systemLookup(host, { all: true, verbatim: true }, (error, addresses) =>
    callback(error, addresses ?? []),
  );
};

/**
 * A `lookup` for a connection that gives only public addresses. What is checked here is what is connected to: there is no
 * second look-up that could say something else. One address that is not public refuses the name.
 */
export function publicLookup(resolve: Resolve = resolveBySystem): LookupFunction {
  return (host, options, callback) => {
    resolve(host, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
        const refusal = Object.assign(new Error('the name leads to no public address'), {
          code: 'ADDRESS_NOT_PUBLIC',
        });
        return callback(refusal, '', 0);
      }
      if (options.all === true) return callback(null, [...addresses]);
      return callback(null, first.address, first.family);
    });
  };
}

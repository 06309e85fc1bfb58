import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** What a proxy says about its client, its address and the URL that it used; what it does not say is null. */
type Forwarded = Readonly<{ client: string | null; protocol: string | null; host: string | null; prefix: string }>;

const PROTOCOL = /^https?$/i;
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const PREFIX = /^(?:\/[\w.~-]+)+$/;

/** `Forwarded` wins over the older headers. Of several proxies the first counts, which is nearest to the client. */
export function forwarded(headers: IncomingHttpHeaders): Forwarded {
  const pairs = pairsOf(first(headers['forwarded']));
  const older = pairs.size === 0;
  const said = (name: string): string => (older ? first(headers[`x-forwarded-${name}`]) : (pairs.get(name) ?? ''));
  const prefix = first(headers['x-forwarded-prefix']).replace(/\/+$/, '');
  return {
    client: addressIn(said('for')),
    protocol: matching(PROTOCOL, said('proto'))?.toLowerCase() ?? null,
    host: matching(HOST, said('host')),
    prefix: matching(PREFIX, prefix) ?? '',
  };
}

const first = (header: string | string[] | undefined): string =>
  (Array.isArray(header) ? (header[0] ?? '') : (header ?? '')).split(',', 1)[0]?.trim() ?? '';

/** Perhaps with a port, and then in brackets if it is one of IPv6. */
function addressIn(node: string): string | null {
  const [, inBrackets, alone] = /^(?:\[([^\]]+)\]|([^:]+))(?::[^:]*)?$/.exec(node) ?? [];
  const address = inBrackets ?? alone ?? node;
  return isIP(address) === 0 ? null : address;
}

const matching = (pattern: RegExp, text: string): string | null => (pattern.test(text) ? text : null);

function pairsOf(element: string): ReadonlyMap<string, string> {
  const pairs = element.split(';').flatMap((pair) => {
    const [, name, value] = /^\s*([\w-]+)\s*=\s*"?([^"]*)"?\s*$/.exec(pair) ?? [];
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value.trim()] as const];
  });
  return new Map(pairs);
}

import { lookup } from 'node:dns/promises';
import type { IpAddress } from './local-addresses.js';

/** The addresses of a host, which may be an address itself. Rejects when there are none. */
export type HostResolver = (host: string) => Promise<readonly IpAddress[]>;

/** As the machine itself does: /etc/hosts, DNS, whatever is set up. */
export const systemResolver: HostResolver = async (host) => {
  const found = await lookup(host, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

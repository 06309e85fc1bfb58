import { isIPv6 } from 'node:net';

/** Addresses that stand for all of a machine, and how the machine itself reaches them. */
const ANY: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** Base URL under which clients on this machine reach what listens on a host and port. */
export function localUrl(bindHost: string, port: number): string {
  const host = ANY.get(bindHost) ?? bindHost;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

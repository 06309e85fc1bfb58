import type { OptionType } from './option-types.js';

/** One RabbitMQ of several; what the URL does not say is null. */
export type TransportHost = Readonly<{
  hostname: string;
  port: number | null;
  username: string | null;
  password: string | null;
}>;

/** Where messages go, as oslo.messaging writes it. */
export type TransportUrl = Readonly<{
  hosts: readonly TransportHost[];
  /** Empty: the default one. */
  virtualHost: string;
  /** Options of the connection that beat those of the configuration, by name. */
  query: ReadonlyMap<string, string>;
}>;

/** `rabbit://user:password@host:port[,user:password@host:port]/virtual_host?option=value`; kombu is another name for it. */
export const transportUrlType: OptionType<TransportUrl | null> = {
  label: 'transport URL',
  allowed: 'a URL of the form rabbit://user:password@host:port[,user:password@host:port]/virtual_host',
  parse: (text) => (text === '' ? null : parseTransportUrl(text)),
};

function parseTransportUrl(text: string): TransportUrl | undefined {
  const [, authority, path = '', query = ''] =
    /^(?:rabbit|kombu):\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(text) ?? [];
  if (authority === undefined) return undefined;
  const hosts = authority
    .split(',')
    .filter((host) => host !== '')
    .map(parseHost);
  const virtualHost = decoded(path);
  if (virtualHost === null || !hosts.every((host) => host !== null)) return undefined;
  return { hosts, virtualHost, query: new Map(new URLSearchParams(query)) };
}

function parseHost(text: string): TransportHost | null {
  const [, credentials, address = ''] = /^(?:(.*)@)?([^@]*)$/s.exec(text) ?? [];
  const [user, place] = [parseUser(credentials), parseAddress(address)];
  return user === null || place === null ? null : { ...place, ...user };
}

function parseUser(text: string | undefined): Pick<TransportHost, 'username' | 'password'> | null {
  if (text === undefined) return { username: null, password: null };
  const [, user = '', secret] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  const [username, password] = [decoded(user), decoded(secret ?? '')];
  if (username === null || password === null) return null;
  return { username, password: secret === undefined ? null : password };
}

function parseAddress(text: string): Pick<TransportHost, 'hostname' | 'port'> | null {
  const written = /^(?:\[(?<ipv6>[\da-f:.]+)\]|(?<name>[^:[\]\s]*))(?::(?<port>\d{0,5}))?$/i.exec(text);
  if (written === null) return null;
  const { ipv6, name = '', port = '' } = written.groups ?? {};
  return Number(port) > 65535 ? null : { hostname: ipv6 ?? name, port: port === '' ? null : Number(port) };
}

/** Null when a percent sign begins no escape. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

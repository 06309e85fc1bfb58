import type { KurrentDbConnection } from './app-config.js';
import { InvalidConnectionString } from './invalid-connection-string.js';

const DEFAULT_PORT = 2113;
const FORM =
  /^(?<scheme>[a-z]+)(?<discover>\+discover)?:\/\/(?:(?<user>[^@/?]*)@)?(?<hosts>[^@/?]*)\/?(?:\?(?<settings>.*))?$/is;
const SCHEMES = ['esdb', 'kurrentdb', 'kdb'];

export const isKurrentDbConnection = (text: string): boolean =>
  SCHEMES.includes((/^[a-z]+(?=:|\+discover:)/i.exec(text)?.[0] ?? '').toLowerCase());

type Setting = Readonly<{ allowed: string; isRight: (value: string) => boolean }>;

const choice = (...choices: readonly string[]): Setting => ({
  allowed: choices.join(' or '),
  isRight: (value) => choices.includes(value.toLowerCase()),
});
const text: Setting = { allowed: 'a text', isRight: (value) => value !== '' };
const count: Setting = {
  allowed: 'an integer from 1 to 2000000000',
  isRight: (value) => /^\d{1,10}$/.test(value) && Number(value) >= 1 && Number(value) <= 2_000_000_000,
};
const countOrNone: Setting = {
  allowed: `${count.allowed}, or -1`,
  isRight: (value) => value === '-1' || count.isRight(value),
};

/** By their names in lower case. Which case is used does not matter. */
const SETTINGS: ReadonlyMap<string, Setting> = new Map([
  ['tls', choice('true', 'false')],
  ['tlscafile', text],
  ['tlsverifycert', choice('true')], // the client has no way to leave the verification out
  ['usercertfile', text],
  ['userkeyfile', text],
  ['nodepreference', choice('leader')], // others answer with what was true a moment ago
  ['connectionname', text],
  ['defaultdeadline', count],
  ['keepaliveinterval', countOrNone],
  ['keepalivetimeout', countOrNone],
  ['maxdiscoverattempts', count],
  ['discoveryinterval', count],
  ['gossiptimeout', count],
]);

/**
 * Reads a connection string in the form of EventStoreDB and KurrentDB.
 * @throws InvalidConnectionString
 */
export function parseKurrentDbConnection(connection: string): KurrentDbConnection {
  const parts = FORM.exec(connection)?.groups ?? {};
  const { scheme = '', discover, user, hosts: names = '' } = parts;
  if (!SCHEMES.includes(scheme.toLowerCase())) {
    throw new InvalidConnectionString(
      'must be esdb://user:password@host:port or esdb+discover://user:password@host:port; ' +
        'characters like @ : / ? in a name or password are written as %40 %3A %2F %3F',
    );
  }
  const hosts = names.split(',').map(parseHost);
  return {
    hosts,
    discovery: hosts.length > 1 ? 'gossip' : discover === undefined ? 'none' : 'dns',
    credentials: user === undefined ? null : parseCredentials(user),
    ...readSettings(parseSettings(parts['settings'] ?? '')),
  };
}

function readSettings(
  settings: ReadonlyMap<string, string>,
): Omit<KurrentDbConnection, 'hosts' | 'discovery' | 'credentials'> {
  const number = (name: string, otherwise: number): number => Number(settings.get(name) ?? otherwise);
  return {
    tls: settings.get('tls')?.toLowerCase() === 'false' ? null : readTls(settings),
    connectionName: settings.get('connectionname') ?? null,
    deadlineMs: number('defaultdeadline', 10_000),
    keepAliveIntervalMs: number('keepaliveinterval', 10_000),
    keepAliveTimeoutMs: number('keepalivetimeout', 10_000),
    maxDiscoverAttempts: number('maxdiscoverattempts', 10),
    discoveryIntervalMs: number('discoveryinterval', 100),
    gossipTimeoutS: number('gossiptimeout', 5),
  };
}

function parseHost(host: string): KurrentDbConnection['hosts'][number] {
  const [, address = '', port] = /^([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i.exec(host) ?? [];
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  if (address === '')
    throw new InvalidConnectionString('must name hosts as host:port, several with commas between them');
  if (number < 1 || number > 65_535) throw new InvalidConnectionString('names a port that is not from 1 to 65535');
  return { address, port: number };
}

function parseCredentials(user: string): Readonly<{ username: string; password: string }> {
  const [username, password, ...more] = user.split(':').map((part) => decode(part));
  if (username === undefined || username === '' || password === undefined || password === '' || more.length > 0) {
    throw new InvalidConnectionString('must have user:password before the @, with %3A for a colon in the password');
  }
  if (username.includes(':'))
    throw new InvalidConnectionString('has a colon in the name of its user, which cannot be sent');
  return { username, password };
}

function parseSettings(query: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const pair of query.split('&').filter((part) => part !== '')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    const setting = SETTINGS.get(name.toLowerCase());
    if (setting === undefined)
      throw new InvalidConnectionString(`has a setting that is not known; known are ${known()}`);
    const decoded = decode(value);
    if (!setting.isRight(decoded)) throw new InvalidConnectionString(`has ${name}, which must be ${setting.allowed}`);
    settings.set(name.toLowerCase(), decoded);
  }
  return settings;
}

const known = (): string => [...SETTINGS.keys()].join(', ');

function readTls(settings: ReadonlyMap<string, string>): NonNullable<KurrentDbConnection['tls']> {
  const [certFile, keyFile] = [settings.get('usercertfile'), settings.get('userkeyfile')];
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new InvalidConnectionString('must have both userCertFile and userKeyFile, or none');
  }
  return { caFile: settings.get('tlscafile') ?? null, certFile: certFile ?? null, keyFile: keyFile ?? null };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part.trim());
  } catch {
    throw new InvalidConnectionString('has a percent sign that no two hexadecimal digits follow');
  }
}

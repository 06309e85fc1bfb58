import { ConfigError } from '../../../src/config/config-error.js';
import { loadConfig } from '../../../src/config/load-config.js';

const load = (url: string, more: Readonly<Record<string, string>> = {}) => {
  const environment = { OS_HINDSIGHT__EVENT_STORE: url, ...more };
  return loadConfig({ files: [], directories: [], environment, commandLine: {} }).config;
};

const SERVER = 'user:s%40cret@db.example.com:5433/events';

describe('[hindsight] event_store', () => {
  it('is a file unless a server is named', () => {
    expect(load('').eventStore).toBeNull();
  });

  it.each(['postgresql', 'postgres', 'postgresql+psycopg2', 'postgresql+asyncpg'])('takes a %s:// URL', (scheme) => {
    expect(load(`${scheme}://${SERVER}`).eventStore).toEqual({ kind: 'postgresql', url: `postgresql://${SERVER}` });
  });

  it.each([
    'postgresql:///events?host=/var/run/postgresql',
    'postgresql://[::1]/events',
    `postgresql://${SERVER}?sslmode=verify-full&sslrootcert=/etc/ca.pem`,
  ])('takes %s', (url) => {
    expect(load(url).eventStore).toEqual({ kind: 'postgresql', url });
  });

  it('takes a connection string of KurrentDB', () => {
    expect(load('esdb://admin:topsecret@db:2113?tls=false').eventStore).toMatchObject({
      kind: 'kurrentdb',
      hosts: [{ address: 'db', port: 2113 }],
      credentials: { username: 'admin', password: 'topsecret' },
      tls: null,
      streamPrefix: 'hindsight.',
    });
  });

  it.each(['$mine', '1st', 'a b'])('has no prefix of streams like "%s"', (prefix) => {
    const refused = (): unknown => load('esdb://db', { OS_HINDSIGHT__EVENT_STREAM_PREFIX: prefix });
    expect(refused).toThrow(/event_stream_prefix/);
  });

  it.each([
    ['another kind of server', `mysql://${SERVER}`, /must be postgresql:.*, esdb:/],
    ['no URL', SERVER, /must be postgresql:.*, esdb:/],
    ['no host', 'postgresql:///events', /must be postgresql:/],
    ['no database', 'postgresql://user:s%40cret@db.example.com', /must be postgresql:/],
    ['a port that there is not', 'postgresql://user:s%40cret@db.example.com:99999/events', /must be postgresql:/],
    [
      'a mode of TLS that protects from nothing',
      `postgresql://${SERVER}?sslmode=prefer`,
      /has an sslmode that must be/,
    ],
    ['a port of KurrentDB that there is not', 'esdb://user:s%40cret@db:0', /names a port/],
  ])('refuses %s without showing the password', (_, url, problem) => {
    const refused = (): unknown => load(url);
    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(/\[hindsight\] event_store /);
    expect(refused).toThrow(problem);
    expect(refused).not.toThrow(/s%40cret/);
  });
});

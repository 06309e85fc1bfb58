import { ConfigError } from '../../../src/config/config-error.js';
import { loadConfig } from '../../../src/config/load-config.js';

const load = (url: string) =>
  loadConfig({ files: [], directories: [], environment: { OS_HINDSIGHT__EVENT_STORE: url }, commandLine: {} }).config;

const SERVER = 'user:s%40cret@db.example.com:5433/events';

describe('[hindsight] event_store', () => {
  it('is a file unless a server is named', () => {
    expect(load('').eventStoreUrl).toBeNull();
  });

  it.each(['postgresql', 'postgres', 'postgresql+psycopg2', 'postgresql+asyncpg'])('takes a %s:// URL', (scheme) => {
    expect(load(`${scheme}://${SERVER}`).eventStoreUrl).toBe(`postgresql://${SERVER}`);
  });

  it.each([
    'postgresql:///events?host=/var/run/postgresql',
    'postgresql://[::1]/events',
    `postgresql://${SERVER}?sslmode=verify-full&sslrootcert=/etc/ca.pem`,
  ])('takes %s', (url) => {
    expect(load(url).eventStoreUrl).toBe(url);
  });

  it.each([
    ['another kind of server', `mysql://${SERVER}`],
    ['no URL', SERVER],
    ['no host', 'postgresql:///events'],
    ['no database', 'postgresql://user:s%40cret@db.example.com'],
    ['a port that there is not', 'postgresql://user:s%40cret@db.example.com:99999/events'],
    ['a mode of TLS that protects from nothing', `postgresql://${SERVER}?sslmode=prefer`],
  ])('refuses %s without showing the password', (_, url) => {
    const refused = (): unknown => load(url);
    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(/\[hindsight\] event_store = \(not shown\) \(environment .*\): must be a postgresql:\/\//);
    expect(refused).not.toThrow(/s%40cret/);
  });
});

import { ConfigError } from '../../../src/config/config-error.js';
import { loadConfig } from '../../../src/config/load-config.js';

const load = (connection: string | undefined, environment: Readonly<Record<string, string>> = {}) =>
  loadConfig({
    files: [],
    directories: [],
    environment: { OS_DATABASE__CONNECTION: connection, ...environment },
    commandLine: {},
  });

const SERVER = 'user:s%40cret@db.example.com:5433/glance';
const MYSQL = 'mysql+pymysql://glance:s%40cret@db.example.com/glance';

describe('[database] connection', () => {
  it('is no server unless one is named', () => {
    expect(load('').config).toMatchObject({ databasePath: null, databaseServer: null });
    expect(load('sqlite:////srv/h.sqlite').config).toMatchObject({
      databasePath: '/srv/h.sqlite',
      databaseServer: null,
    });
  });

  it('may be under its old name', () => {
    expect(load(undefined, { OS_DEFAULT__SQL_CONNECTION: `postgresql://${SERVER}` }).config.databaseServer).toEqual({
      kind: 'postgresql',
      url: `postgresql://${SERVER}`,
    });
  });

  describe('of a PostgreSQL', () => {
    it.each(['postgresql', 'postgres', 'postgresql+psycopg2', 'postgresql+asyncpg'])('takes a %s:// URL', (scheme) => {
      expect(load(`${scheme}://${SERVER}`).config.databaseServer).toEqual({
        kind: 'postgresql',
        url: `postgresql://${SERVER}`,
      });
    });

    it('is where the events are, too, unless they have a place of their own', () => {
      expect(load(`postgresql://${SERVER}`).config.eventStore).toEqual({
        kind: 'postgresql',
        url: `postgresql://${SERVER}`,
      });
      const events = 'postgresql://user@events.example.com/events';
      const { config } = load(`postgresql://${SERVER}`, { OS_HINDSIGHT__EVENT_STORE: events });
      expect(config.eventStore).toEqual({ kind: 'postgresql', url: events });
    });

    it('writes credentials so that the driver reads them as they are meant', () => {
      const { databaseServer } = load('postgresql://us%2Fer:pa/ss?w#@[::1]:5433/gl%20ance').config;
      expect(databaseServer).toEqual({
        kind: 'postgresql',
        url: 'postgresql://us%2Fer:pa%2Fss%3Fw%23@[::1]:5433/gl%20ance',
      });
    });

    it('keeps what has a meaning, and warns of what has none', () => {
      const { config, warnings } = load(
        `postgresql://${SERVER}?sslmode=verify-full&client_encoding=utf8&sslrootcert=/ca`,
      );
      expect(config.databaseServer).toEqual({
        kind: 'postgresql',
        url: `postgresql://${SERVER}?sslmode=verify-full&sslrootcert=%2Fca`,
      });
      expect(warnings).toEqual(['[database] connection: its parameter client_encoding has no effect']);
    });

    it('may be a socket', () => {
      expect(load('postgresql:///glance?host=/run/postgresql').config.databaseServer).toEqual({
        kind: 'postgresql',
        url: 'postgresql:///glance?host=%2Frun%2Fpostgresql',
      });
    });
  });

  describe('of a MySQL', () => {
    it.each(['mysql', 'mysql+pymysql', 'mysql+mysqldb', 'mariadb', 'mariadb+mariadbconnector'])(
      'takes a %s:// URL, and leaves events where they are',
      (scheme) => {
        const { config, warnings } = load(`${scheme}://glance:s%40cret@db.example.com:3307/glance?charset=utf8`);
        expect(config.databaseServer).toEqual({
          kind: 'mysql',
          host: 'db.example.com',
          port: 3307,
          socketPath: null,
          user: 'glance',
          password: 's@cret',
          database: 'glance',
          tls: null,
        });
        expect(config.eventStore).toBeNull();
        expect(warnings).toEqual([]);
      },
    );

    it('may be a socket', () => {
      const { databaseServer } = load('mysql://glance@/glance?unix_socket=/run/mysqld/mysqld.sock').config;
      expect(databaseServer).toMatchObject({ socketPath: '/run/mysqld/mysqld.sock', password: '' });
    });

    it.each([
      ['ssl_ca=/ca.pem', { verifies: 'host', caFile: '/ca.pem' }],
      ['ssl_ca=/ca.pem&ssl_check_hostname=false', { verifies: 'issuer', caFile: '/ca.pem' }],
      ['ssl_ca=/ca.pem&ssl_cert=/c.pem&ssl_key=/k.pem', { certFile: '/c.pem', keyFile: '/k.pem' }],
      ['ssl_mode=REQUIRED', { verifies: 'nothing', caFile: null }],
      ['ssl_mode=VERIFY_CA&ssl_ca=/ca.pem', { verifies: 'issuer', caFile: '/ca.pem' }],
      ['ssl_mode=VERIFY_IDENTITY', { verifies: 'host', caFile: null }],
    ])('encrypts with %s', (parameters, tls) => {
      expect(load(`${MYSQL}?${parameters}`).config.databaseServer).toMatchObject({ tls });
    });

    it('warns of what has no effect', () => {
      const { warnings } = load(`${MYSQL}?charset=latin1&read_timeout=60`);
      expect(warnings).toEqual([
        '[database] connection: its parameter read_timeout has no effect',
        '[database] connection: its parameter charset has no effect',
      ]);
    });
  });

  it.each([
    ['another kind of server', `oracle://${SERVER}`, /is no URL of a database that this version knows/],
    ['a server that is named like none', 's%40cret', /is no URL of a database that this version knows/],
    ['a file without a name', 'sqlite://', /names no file/],
    ['no host', 'mysql://user:s%40cret@/glance', /names no host/],
    ['no user', 'mysql://db.example.com/glance?s%40cret', /names no user/],
    ['no database', 'mysql://user:s%40cret@db.example.com', /names no database/],
    ['no database of a PostgreSQL', 'postgresql://user:s%40cret@db.example.com', /must be postgresql:\/\//],
    ['a port that there is not', 'mysql://user:s%40cret@db.example.com:99999/glance', /names a port that there is not/],
    ['a % that stands for nothing', 'mysql://user:s%zzcret@db.example.com/glance', /a percent sign is written %25/],
    ['several servers', 'postgresql://u:s%40cret@/glance?host=a:1&host=b:2', /has host more than once/],
    ['TLS that protects from nothing', `postgresql://${SERVER}?sslmode=prefer`, /has an sslmode that must be/],
    ['the same of MySQL', `${MYSQL}?ssl_mode=PREFERRED`, /has an ssl_mode that is none of/],
    [
      'protection that there is not',
      `postgresql://${SERVER}?channel_binding=require`,
      /has the parameter channel_binding/,
    ],
    ['the same of MySQL', `${MYSQL}?ssl_crl=/crl.pem`, /has the parameter ssl_crl, which this version cannot keep to/],
  ])('refuses %s without showing the password', (_, url, message) => {
    const refused = (): unknown => load(url);
    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(message);
    expect(refused).not.toThrow(/s%40cret|s@cret|s%zzcret/);
  });
});

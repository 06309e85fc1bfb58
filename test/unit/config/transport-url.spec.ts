import { transportUrlType } from '../../../src/config/transport-url.js';

const host = (hostname: string, port: number | null = null, username: string | null = null, password = username) => ({
  hostname,
  port,
  username,
  password,
});

describe('a transport URL', () => {
  it.each([
    ['rabbit://', [], ''],
    ['rabbit:///', [], ''],
    ['rabbit://host', [host('host')], ''],
    ['kombu://u:u@host:5673/', [host('host', 5673, 'u')], ''],
    ['rabbit://u:u@host:5672//', [host('host', 5672, 'u')], '/'],
    ['rabbit://u:u@host/open%2Fstack', [host('host', null, 'u')], 'open/stack'],
    ['rabbit://a%40b:p%3Aw%2F@[::1]:5672/vh', [host('::1', 5672, 'a@b', 'p:w/')], 'vh'],
    ['rabbit://me@home:pw@host:1/vh', [host('host', 1, 'me@home', 'pw')], 'vh'],
    ['rabbit://a:a@one:1,b:b@two:2,three/vh', [host('one', 1, 'a'), host('two', 2, 'b'), host('three')], 'vh'],
  ])('%s', (text, hosts, virtualHost) => {
    expect(transportUrlType.parse(text)).toMatchObject({ hosts, virtualHost });
  });

  it('has options of the connection in its query', () => {
    const url = transportUrlType.parse('rabbit://host/vh?ssl=1&heartbeat_timeout_threshold=5');
    expect([...(url?.query ?? [])]).toEqual([
      ['ssl', '1'],
      ['heartbeat_timeout_threshold', '5'],
    ]);
  });

  it('may be missing', () => {
    expect(transportUrlType.parse('')).toBeNull();
  });

  it.each([
    'host',
    'amqp://host',
    'kafka://host:9092',
    'rabbit://host:port/',
    'rabbit://host:99999/',
    'rabbit://u:%zz@host/',
    'rabbit://[::1/',
    'rabbit://ho st/',
    'rabbit://host/%zz',
  ])('is not %s', (text) => {
    expect(transportUrlType.parse(text)).toBeUndefined();
  });
});

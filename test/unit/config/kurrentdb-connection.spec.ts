import fc from 'fast-check';
import { InvalidConnectionString } from '../../../src/config/invalid-connection-string.js';
import { parseKurrentDbConnection } from '../../../src/config/kurrentdb-connection.js';

describe('connection string of KurrentDB', () => {
  it('names one server', () => {
    expect(parseKurrentDbConnection('esdb://admin:changeit@db.example.org:2114')).toMatchObject({
      hosts: [{ address: 'db.example.org', port: 2114 }],
      discovery: 'none',
      credentials: { username: 'admin', password: 'changeit' },
      tls: { caFile: null, certFile: null, keyFile: null },
    });
  });

  it.each([
    ['esdb://db', 'none', 1],
    ['esdb+discover://db', 'dns', 1],
    ['esdb://a,b:1,c', 'gossip', 3],
    ['esdb+discover://a,b', 'gossip', 2],
    ['kurrentdb://db', 'none', 1],
    ['KurrentDB+Discover://db/', 'dns', 1],
    ['esdb://[::1]:2113/?tls=false', 'none', 1],
  ])('%s finds its servers by %s', (connection, discovery, hosts) => {
    const parsed = parseKurrentDbConnection(connection);

    expect(parsed.discovery).toBe(discovery);
    expect(parsed.hosts).toHaveLength(hosts);
  });

  it('has the usual port unless it names one', () => {
    expect(parseKurrentDbConnection('esdb://a,b:1').hosts.map(({ port }) => port)).toEqual([2113, 1]);
  });

  it('reads settings in whatever case', () => {
    const settings =
      'TLSCAFile=%2Fetc%2Fca.pem&userCertFile=/c.pem&userKeyFile=/k.pem&connectionName=hindsight&defaultDeadline=5000' +
      '&keepAliveInterval=-1&KEEPALIVETIMEOUT=20000&maxDiscoverAttempts=3&discoveryInterval=50&gossipTimeout=2';

    expect(parseKurrentDbConnection(`esdb://db?${settings}`)).toMatchObject({
      tls: { caFile: '/etc/ca.pem', certFile: '/c.pem', keyFile: '/k.pem' },
      connectionName: 'hindsight',
      deadlineMs: 5000,
      keepAliveIntervalMs: -1,
      keepAliveTimeoutMs: 20_000,
      maxDiscoverAttempts: 3,
      discoveryIntervalMs: 50,
      gossipTimeoutS: 2,
    });
  });

  it('encrypts unless told not to', () => {
    expect(parseKurrentDbConnection('esdb://db?tls=FALSE').tls).toBeNull();
    expect(parseKurrentDbConnection('esdb://db?tls=true').tls).not.toBeNull();
  });

  it('takes any name without a colon and any password, percent-encoded', () => {
    const text = fc.string({ minLength: 1, unit: 'binary' }).filter((it) => it.isWellFormed() && it.trim() === it);
    fc.assert(
      fc.property(
        text.filter((it) => !it.includes(':')),
        text,
        (username, password) => {
          const user = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
          expect(parseKurrentDbConnection(`esdb://${user}@db`).credentials).toEqual({ username, password });
        },
      ),
    );
  });

  it.each([
    ['http://db', /must be esdb:/],
    ['db:2113', /must be esdb:/],
    ['', /must be esdb:/],
    ['esdb://', /must name hosts/],
    ['esdb://a,,b', /must name hosts/],
    ['esdb://a b', /must name hosts/],
    ['esdb://db:0', /port/],
    ['esdb://db:70000', /port/],
    ['esdb://topsecret@db', /user:password/],
    ['esdb://admin:top:secret@db', /%3A for a colon/],
    ['esdb://admin:top@secret@db', /%40/],
    ['esdb://ad%3Amin:topsecret@db', /a colon in the name of its user/],
    ['esdb://admin:100%topsecret@db', /percent sign/],
    ['esdb://db?tls=maybe', /tls, which must be true or false/],
    ['esdb://db?tlsVerifyCert=false', /tlsVerifyCert, which must be true/],
    ['esdb://db?nodePreference=follower', /nodePreference, which must be leader/],
    ['esdb://db?defaultDeadline=soon', /defaultDeadline, which must be an integer/],
    ['esdb://db?defaultDeadline=0', /defaultDeadline, which must be an integer/],
    ['esdb://db?userCertFile=/c.pem', /both userCertFile and userKeyFile/],
    ['esdb://db?password=topsecret', /a setting that is not known/],
  ])('%s is refused with a reason, without what may be secret', (connection, reason) => {
    const parse = (): unknown => parseKurrentDbConnection(connection);

    expect(parse).toThrow(InvalidConnectionString);
    expect(parse).toThrow(reason);
    expect(parse).not.toThrow(/secret/);
  });

  it('refuses or reads any text, and fails with nothing else', () => {
    const part = fc.oneof(
      fc.constantFrom('esdb', '+discover', '://', ':', '@', ',', '?', '&', '=', '%', 'tls'),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.array(part).map((parts) => parts.join('')),
        (connection) => {
          try {
            parseKurrentDbConnection(connection);
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidConnectionString);
          }
        },
      ),
    );
  });
});

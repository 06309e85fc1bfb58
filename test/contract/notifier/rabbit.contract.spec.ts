import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import type { BrokerConfig } from '../../../src/config/app-config.js';
import { ConfigError } from '../../../src/config/config-error.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { checkBroker } from '../../../src/workers/notifications/rabbit/check-broker.js';
import { RabbitNotifier } from '../../../src/workers/notifications/rabbit/rabbit.notifier.js';
import type { MessageForm } from '../../../src/workers/notifications/rabbit/rabbit.notifier.js';
import { RabbitPublisher } from '../../../src/workers/notifications/rabbit/rabbit.publisher.js';
import { describeWithBackend } from '../../support/backends.js';
import { eventually } from '../../support/eventually.js';
import { isOsloMessagingInstalled, OsloListener } from '../../support/oslo/oslo-listener.js';
import { isRabbitInstalled, RabbitListener, RabbitServer } from '../../support/rabbitmq.js';
import { RefusingProxy } from '../../support/refusing-proxy.js';
import { freePort } from '../../support/service.js';
import { notification, notifierContract } from './notifier.contract.js';

const tlsFile = (name: string): string => fileURLToPath(new URL(`../../support/tls/${name}`, import.meta.url));
const [certFile, keyFile] = [tlsFile('untrusted.crt'), tlsFile('untrusted.key')];

jest.setTimeout(180_000);

describeWithBackend('rabbitmq-server', isRabbitInstalled(), () => {
  let server: RabbitServer;
  const publishers: RabbitPublisher[] = [];

  beforeAll(async () => {
    server = await RabbitServer.start({ tls: { certFile, keyFile } });
  });
  afterEach(() => Promise.all(publishers.splice(0).map((publisher) => publisher.close())));
  afterAll(() => server.remove());

  const hostOf = ({ port, username, password }: RabbitServer) => ({ hostname: '127.0.0.1', port, username, password });
  const broker = (overrides: Partial<BrokerConfig> = {}): BrokerConfig => ({
    option: '[oslo_messaging_notifications] transport_url',
    hosts: [hostOf(server)],
    virtualHost: '/',
    exchange: 'glance',
    durable: false,
    autoDelete: false,
    queueArguments: {},
    compression: null,
    tls: null,
    heartbeatS: 60,
    loginMethod: 'AMQPLAIN',
    shufflesHosts: false,
    pauses: { firstS: 1, growthS: 2, longestS: 30 },
    ...overrides,
  });
  /** As options in the query of transport_url say. */
  const brokerWith = (query: string): BrokerConfig => {
    const environment = {
      OS_OSLO_MESSAGING_NOTIFICATIONS__DRIVER: 'messagingv2',
      OS_OSLO_MESSAGING_NOTIFICATIONS__TRANSPORT_URL: `${server.url}?${query}`,
    };
    return loadConfig({ files: [], directories: [], environment, commandLine: {} }).config.notifications!.broker!;
  };
  const notifierTo = (
    config: BrokerConfig,
    { form = 'messagingv2', topics = ['notifications'] }: { form?: MessageForm; topics?: string[] } = {},
  ): RabbitNotifier => {
    const publisher = new RabbitPublisher(config);
    publishers.push(publisher);
    return new RabbitNotifier(publisher, form, 'image.test', topics);
  };

  for (const [name, form, durable] of [
    ['RabbitMQ', 'messagingv2', false],
    ['RabbitMQ without an envelope', 'messaging', false],
    ['RabbitMQ with durable queues', 'messagingv2', true],
  ] as const) {
    notifierContract(name, async () => {
      const exchange = `${form}-${durable}`;
      const topic = `of-${exchange}`;
      const publisher = new RabbitPublisher(broker({ durable, exchange }));
      const queues = [`${topic}.info`, `${topic}.error`];
      const listener = await RabbitListener.start(server, queues, { exchange, durable });
      return {
        notifier: new RabbitNotifier(publisher, form, 'image.test', [topic]),
        received: () =>
          form === 'messaging' ? listener.received.map(({ body }) => body as unknown) : listener.messages,
        tearDown: async () => {
          await publisher.close();
          await listener.stop();
        },
      };
    });
  }

  it('writes messages as oslo.messaging does', async () => {
    const listener = await RabbitListener.start(server, ['wire.info'], { exchange: 'wire' });
    await notifierTo(broker({ exchange: 'wire' }), { topics: ['wire'] }).send(notification('create'));
    await eventually(() => expect(listener.received).toHaveLength(1));
    expect(listener.received[0]).toMatchObject({
      key: 'wire.info',
      body: { 'oslo.version': '2.0', 'oslo.message': expect.any(String) },
      properties: { contentType: 'application/json', contentEncoding: 'utf-8', deliveryMode: 2, priority: 0 },
    });
    await listener.stop();
  });

  it('keeps what is sent before the first listener comes, for each topic', async () => {
    const sent = notification('create');
    await notifierTo(broker(), { topics: ['first', 'second'] }).send(sent);
    const listener = await RabbitListener.start(server, ['first.info', 'second.info']);
    await eventually(() => expect(listener.messages.map(({ message_id: id }) => id)).toEqual([sent.id, sent.id]));
    await listener.stop();
  });

  it('goes to the next host when one is away', async () => {
    const away = { hostname: '127.0.0.1', port: await freePort(), username: 'a', password: 'b' };
    const listener = await RabbitListener.start(server, ['hosts.info']);
    for (let n = 0; n < 4; n += 1) {
      await notifierTo(broker({ hosts: [away, hostOf(server)] }), { topics: ['hosts'] }).send(notification('create'));
    }
    await eventually(() => expect(listener.received).toHaveLength(4));
    await listener.stop();
  });

  describeWithBackend('python3-oslo.messaging', isOsloMessagingInstalled(), () => {
    it.each([
      '',
      'kombu_compression=gzip',
      'amqp_durable_queues=true',
      'amqp_auto_delete=true',
      'amqp_durable_queues=true&amqp_auto_delete=true',
      'rabbit_ha_queues=true',
      'rabbit_quorum_queue=true',
      'rabbit_quorum_queue=true&amqp_durable_queues=true&rabbit_quorum_delivery_limit=3',
      'rabbit_quorum_queue=true&rabbit_quroum_max_memory_length=9&rabbit_quroum_max_memory_bytes=9000',
    ])('declares what it does, and is understood, with the options %j', async (query) => {
      const name = `options-${query}`;
      const sent = notification('create');
      await notifierTo({ ...brokerWith(query), exchange: name }, { topics: [name] }).send(sent);
      const listener = await OsloListener.start(`${server.url}?${query}`, name, name);
      await eventually(() => expect(listener.received).toMatchObject([{ payload: sent.payload }]));
      await listener.stop();
    });
  });

  it('compresses as kombu does, for each who reads the header', async () => {
    const listener = await RabbitListener.start(server, ['gzip.info'], { exchange: 'gzip' });
    const sent = notification('create');
    await notifierTo(broker({ exchange: 'gzip', compression: 'gzip' }), { topics: ['gzip'] }).send(sent);
    await eventually(() => expect(listener.received).toHaveLength(1));
    expect(listener.received[0]!.properties.headers).toEqual({ compression: 'application/x-gzip' });
    expect(listener.messages).toMatchObject([{ payload: sent.payload }]);
    await listener.stop();
  });

  it('declares quorum queues', async () => {
    const queueArguments = { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 };
    await notifierTo(broker({ durable: true, exchange: 'q', queueArguments }), { topics: ['quorum'] }).send(
      notification('create'),
    );
    const connection = await server.connect();
    const channel = await connection.createChannel();
    const options = { durable: true, arguments: queueArguments };
    await expect(channel.assertQueue('quorum.info', options)).resolves.toMatchObject({ messageCount: 1 });
    await connection.close();
  });

  it.each(['PLAIN', 'AMQPLAIN'] as const)('logs in with %s', async (loginMethod) => {
    await notifierTo(broker({ loginMethod })).send(notification('create'));
  });

  describe('with TLS', () => {
    const tls = { caFile: certFile, certFile: null, keyFile: null, verifiesHost: false };
    const secure = (overrides: Partial<NonNullable<BrokerConfig['tls']>> = {}): BrokerConfig =>
      broker({ hosts: [{ ...hostOf(server), port: server.tlsPort }], tls: { ...tls, ...overrides } });

    it('sends to a server that is trusted', async () => {
      await notifierTo(secure()).send(notification('create'));
    });

    it('refuses a server that is not', async () => {
      const refused = notifierTo(secure({ caFile: null, verifiesHost: true }));
      await expect(refused.send(notification('create'))).rejects.toMatchObject({ code: 'notifications.unavailable' });
      await expect(checkBroker(secure({ caFile: null }))).rejects.toThrow(ConfigError);
    });
  });

  describe('at the start', () => {
    it('finds a server that can be used, or away for now', async () => {
      await checkBroker(broker());
      await checkBroker(
        broker({ hosts: [{ hostname: '127.0.0.1', port: await freePort(), username: 'a', password: 'b' }] }),
      );
    });

    it.each([
      ['the password', { password: 'hush' }, {}, /refuses the user hindsight or its password/],
      ['the virtual host', {}, { virtualHost: 'nowhere' }, /no virtual host nowhere/],
    ])('refuses when %s is wrong, without showing the password', async (_, host, overrides, reason) => {
      const check = checkBroker(broker({ hosts: [{ ...hostOf(server), ...host }], ...overrides }));
      await expect(check).rejects.toThrow(reason);
      const error: unknown = await check.catch((failure: unknown) => failure);
      expect(error).toBeInstanceOf(ConfigError);
      expect(String(error)).toContain(`[oslo_messaging_notifications] transport_url names 127.0.0.1:${server.port}`);
      expect(String(error)).not.toMatch(/hush|right/);
    });
  });

  it('says that it cannot be used when others have declared the exchange in another way', async () => {
    const connection = await server.connect();
    const channel = await connection.createChannel();
    await channel.assertExchange('other-way', 'topic', { durable: true });
    await connection.close();
    const sending = notifierTo(broker({ exchange: 'other-way' })).send(notification('create'));
    await expect(sending).rejects.toThrow(/PRECONDITION/);
  });

  it('says why the server has closed the connection', async () => {
    const refusing = await RefusingProxy.start(
      server.port,
      'INTERNAL_ERROR - Feature `transient_nonexcl_queues` is deprecated',
    );
    try {
      const hosts = [{ ...hostOf(server), port: refusing.port }];
      const sending = notifierTo(broker({ hosts, exchange: 'refused' })).send(notification('create'));
      await expect(sending).rejects.toThrow(/RabbitMQ cannot be used: .*transient_nonexcl_queues/);
    } finally {
      await refusing.stop();
    }
  });

  it('fails while the server is away, and goes on when it is back', async () => {
    const durable = broker({ durable: true, exchange: 'lasting' });
    const notifier = notifierTo(durable, { topics: ['lasting'] });
    const [before, during, after] = [notification('create'), notification('update'), notification('delete')];
    await notifier.send(before);
    await server.stop();
    await expect(notifier.send(during)).rejects.toMatchObject({ code: 'notifications.unavailable' });
    await server.restart();
    await notifier.send(after);
    const listener = await RabbitListener.start(server, ['lasting.info'], { exchange: 'lasting', durable: true });
    await eventually(() =>
      expect(listener.messages.map(({ event_type: type }) => type)).toEqual(['image.create', 'image.delete']),
    );
    await listener.stop();
  });

  it('tells who waits for a confirmation that the server has gone', async () => {
    const publisher = new RabbitPublisher(broker());
    publishers.push(publisher);
    await publisher.publish('confirmed.info', Buffer.from('{}'));
    const sending = Promise.allSettled(
      Array.from({ length: 2000 }, () => publisher.publish('confirmed.info', Buffer.alloc(10_000, 'x'))),
    );
    await server.stop();
    expect((await sending).some(({ status }) => status === 'rejected')).toBe(true);
    await server.restart();
  });
});

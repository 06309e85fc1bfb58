import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../../src/config/config-error.js';
import { loadConfig } from '../../../src/config/load-config.js';

describe('Options about notifications and webhooks', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hindsight-config-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const load = (...lines: string[]) => {
    const file = join(folder, 'glance-api.conf');
    writeFileSync(file, lines.join('\n'));
    return loadConfig({ files: [file], directories: [], environment: {}, commandLine: {} });
  };
  const problemsOf = (...lines: string[]): string => {
    try {
      load(...lines);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.join('\n');
    }
    return '';
  };
  const ON = ['[oslo_messaging_notifications]', 'driver = messagingv2'];
  const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

  it('send nothing unless a driver is named', () => {
    const { config, warnings } = load(
      '[DEFAULT]',
      'transport_url = rabbit://a:b@c/',
      '[oslo_messaging_notifications]',
      'driver = noop',
    );
    expect([config.notifications, config.webhooks, warnings]).toEqual([null, [], []]);
  });

  it('have the defaults of oslo.messaging, and Glance’s exchange', () => {
    expect(load(...ON).config.notifications).toEqual({
      drivers: ['messagingv2'],
      topics: ['notifications'],
      publisherId: 'image.localhost',
      disabled: [],
      retries: null,
      broker: {
        option: '[oslo_messaging_notifications] transport_url',
        hosts: [{ hostname: 'localhost', port: 5672, username: 'guest', password: 'guest' }],
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
      },
    });
  });

  it('take several drivers, and the names that they had', () => {
    expect(load(...ON, 'driver = log', 'driver = messagingv2', 'retry = 0').config.notifications).toMatchObject({
      drivers: ['messagingv2', 'log'],
      retries: 0,
    });
    expect(
      load('[DEFAULT]', 'notification_driver = log', 'notification_topics = a,b').config.notifications,
    ).toMatchObject({
      drivers: ['log'],
      topics: ['a', 'b'],
      broker: null,
    });
  });

  it('go to the RabbitMQ of all messages unless they have their own', () => {
    const general = ['[DEFAULT]', 'transport_url = rabbit://a:b@general/one', ...ON];
    expect(load(...general).config.notifications?.broker).toMatchObject({
      option: '[DEFAULT] transport_url',
      hosts: [{ hostname: 'general' }],
      virtualHost: 'one',
    });
    expect(load(...general, 'transport_url = rabbit://a:b@own/two').config.notifications?.broker).toMatchObject({
      hosts: [{ hostname: 'own' }],
      virtualHost: 'two',
    });
  });

  it('describe queues and connection, in the query of the URL, too', () => {
    const broker = load(
      ...ON,
      'transport_url = rabbit://a:b@host/?ssl=1&heartbeat_timeout_threshold=7',
      '[oslo_messaging_rabbit]',
      'rabbit_quorum_queue = true',
      'rabbit_quorum_delivery_limit = 3',
      'kombu_compression = gzip',
      'rabbit_login_method = plain',
      'heartbeat_timeout_threshold = 9',
    ).config.notifications?.broker;
    expect(broker).toMatchObject({
      durable: true,
      queueArguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 },
      compression: 'gzip',
      tls: { caFile: null, verifiesHost: true },
      heartbeatS: 7,
      loginMethod: 'PLAIN',
    });
  });

  it.each([
    [[...ON, 'transport_url = kafka://a:hush@host/'], '[oslo_messaging_notifications] transport_url = (not shown)'],
    [['[DEFAULT]', 'transport_url = rabbit://a:hush@h:x/', ...ON], '[DEFAULT] transport_url = (not shown)'],
    [
      [...ON, 'transport_url = rabbit://a:hush@h/?ssl=perhaps'],
      '[oslo_messaging_notifications] transport_url has ssl in its query',
    ],
    [['[oslo_messaging_notifications]', 'driver = routing'], '[oslo_messaging_notifications] driver = "routing"'],
    [[...ON, 'retry = -2'], '[oslo_messaging_notifications] retry = "-2"'],
    [
      [...ON, '[oslo_messaging_rabbit]', 'ssl = true', 'kombu_ssl_ca_certs = /nonexistent'],
      '[oslo_messaging_rabbit] ssl_ca_file = "/nonexistent": the file cannot be read',
    ],
    [
      [...ON, '[oslo_messaging_rabbit]', 'rabbit_ha_queues = 1', 'rabbit_quorum_queue = 1'],
      '[oslo_messaging_rabbit] rabbit_quorum_queue is true: must not be beside rabbit_ha_queues',
    ],
    [
      [...ON, '[oslo_messaging_rabbit]', 'amqp_auto_delete = 1', 'rabbit_quorum_queue = 1'],
      '[oslo_messaging_rabbit] rabbit_quorum_queue is true: must not be beside amqp_auto_delete',
    ],
    ...['bz2', 'bzip2', 'zstd', 'brotli', 'lzma', 'GZIP'].map((name): [string[], string] => [
      [...ON, '[oslo_messaging_rabbit]', `kombu_compression = ${name}`],
      `[oslo_messaging_rabbit] kombu_compression = "${name}"`,
    ]),
  ])('are refused by their names: %j', (lines, problem) => {
    expect(problemsOf(...lines)).toContain(problem);
    expect(problemsOf(...lines)).not.toContain('hush');
  });

  it('warn once of what means nothing here', () => {
    const { warnings } = load(...ON, '[oslo_messaging_rabbit]', 'rabbit_qos_prefetch_count = 5');
    expect(warnings).toEqual([
      expect.stringMatching(/^\[oslo_messaging_rabbit\] rabbit_qos_prefetch_count .* has no effect: /),
    ]);
  });

  it('describe queues in the query of the URL by the names that they had, too', () => {
    const url = 'transport_url = rabbit://a:b@host/?rabbit_quorum_queue=1&rabbit_quroum_max_memory_length=100';
    expect(load(...ON, url).config.notifications?.broker?.queueArguments).toEqual({
      'x-queue-type': 'quorum',
      'x-max-in-memory-length': 100,
    });
  });

  it.each(['', 'gzip', 'zlib', 'application/x-gzip'])('take %j for a compression, as kombu does', (name) => {
    const compression = load(...ON, '[oslo_messaging_rabbit]', `kombu_compression = ${name}`).config.notifications
      ?.broker?.compression;
    expect(compression).toBe(name === '' ? null : 'gzip');
  });

  it('describe a webhook in a group of its own', () => {
    const { config, warnings } = load(
      '[webhook:audit]',
      'url = https://hooks.example/in?key=1',
      `secret = ${SECRET}, whsec_${Buffer.alloc(24, 2).toString('base64')}`,
      'event_types = ImageCreated, ImageDeleted',
      'projects = p1',
    );
    expect(warnings).toEqual([]);
    expect(config.webhooks).toEqual([
      {
        name: 'audit',
        url: 'https://hooks.example/in?key=1',
        keys: [Buffer.alloc(32, 1), Buffer.alloc(24, 2)],
        eventTypes: ['ImageCreated', 'ImageDeleted'],
        projects: ['p1'],
        timeoutS: 10,
        attempts: 12,
        longestPauseS: 300,
        caFile: null,
      },
    ]);
  });

  it.each([
    [[`secret = ${SECRET}`], '[webhook:a] url is not set'],
    [['url = http://h/'], '[webhook:a] secret is not set'],
    [['url = ftp://h/token', `secret = ${SECRET}`], '[webhook:a] url = (not shown)'],
    [['url = http://h/', 'secret = token'], '[webhook:a] secret = (not shown)'],
    [['url = http://h/', 'secret = whsec_dG9rZW4='], '[webhook:a] secret = (not shown)'],
    [['url = http://h/', `secret = ${SECRET}`, 'event_types = ImageGone'], '[webhook:a] event_types names "ImageGone"'],
  ])('of a webhook are refused by their names: %j', (lines, problem) => {
    expect(problemsOf('[webhook:a]', ...lines)).toContain(problem);
    expect(problemsOf('[webhook:a]', ...lines)).not.toContain('token');
  });
});

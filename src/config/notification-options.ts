import { optionsOf } from './option.js';
import { booleanType, choiceType, integerType, listType, optionalTextType, textType } from './option-types.js';
import type { OptionType } from './option-types.js';
import { transportUrlType } from './transport-url.js';

const general = optionsOf('DEFAULT');
const notifications = optionsOf('oslo_messaging_notifications');
const rabbit = optionsOf('oslo_messaging_rabbit');

/** Timers of the runtime take 31 bits of milliseconds. */
const LONGEST_TIMER_S = 2_000_000;
const seconds = { unit: 'seconds' };

const LOGIN_METHODS = ['PLAIN', 'AMQPLAIN', 'EXTERNAL'] as const;

const loginMethodType: OptionType<(typeof LOGIN_METHODS)[number]> = {
  label: 'choice',
  allowed: `one of ${LOGIN_METHODS.join(', ')}`,
  parse: (text) => LOGIN_METHODS.find((method) => method === text.toUpperCase()),
};

/** Under its names in kombu, which looks for them as they are. The runtime has no encoder for the others. */
const compressionType: OptionType<'gzip' | null> = {
  label: 'choice',
  allowed: 'gzip (also zlib, application/x-gzip)',
  parse: (text) => (['gzip', 'zlib', 'application/x-gzip'].includes(text) ? 'gzip' : undefined),
  emptyIsUnset: true,
};

/** Options about what is told, in which form, and whom. */
export const notificationOptions = {
  defaultPublisherId: general(
    'default_publisher_id',
    textType,
    'image.localhost',
    'Who notifications say that they come from.',
  ),
  disabledNotifications: general(
    'disabled_notifications',
    listType(textType),
    [],
    'Types of notifications that are not sent, such as image.create; the part before the first dot stands for all that begin with it.',
  ),
  generalTransportUrl: general(
    'transport_url',
    transportUrlType,
    null,
    'The RabbitMQ that notifications go to, unless [oslo_messaging_notifications] names one.',
    { secret: true, defaultText: '`rabbit://`, which is guest on this machine' },
  ),
  controlExchange: general('control_exchange', textType, 'glance', 'Exchange that notifications are published to.'),
  driver: notifications(
    'driver',
    { ...choiceType('messagingv2', 'messaging', 'log', 'noop'), emptyIsUnset: true },
    'noop',
    'How notifications are sent, repeatable: to RabbitMQ (messagingv2), there without an envelope (messaging), to the log (log), ' +
      'not at all (noop).',
    { formerly: [['DEFAULT', 'notification_driver']], defaultText: 'none' },
  ),
  transportUrl: notifications(
    'transport_url',
    transportUrlType,
    null,
    'The RabbitMQ that notifications go to: rabbit://user:password@host:port/virtual_host, with commas between several hosts, each ' +
      'with its user and password.',
    {
      formerly: [['DEFAULT', 'notification_transport_url']],
      secret: true,
      defaultText: 'that of [DEFAULT] transport_url',
    },
  ),
  topics: notifications(
    'topics',
    listType(textType),
    ['notifications'],
    'First part of the routing keys and queues, which end in .info or .error.',
    {
      formerly: [
        ['rpc_notifier2', 'topics'],
        ['DEFAULT', 'notification_topics'],
      ],
    },
  ),
  retry: notifications(
    'retry',
    integerType(-1),
    -1,
    'How often a notification is tried again before it is given up; -1 means until it is sent.',
  ),
} as const;

/** Options about the connection to RabbitMQ; each may stand in the query of transport_url, too. */
export const rabbitOptions = {
  durableQueues: rabbit('amqp_durable_queues', booleanType, false, 'Exchange and queues outlive the RabbitMQ.', {
    formerly: [['oslo_messaging_rabbit', 'rabbit_durable_queues']],
  }),
  autoDelete: rabbit('amqp_auto_delete', booleanType, false, 'Exchange and queues go with the last who uses them.', {
    formerly: [['DEFAULT', 'amqp_auto_delete']],
  }),
  haQueues: rabbit('rabbit_ha_queues', booleanType, false, 'Declare queues with x-ha-policy = all.', {
    formerly: [['DEFAULT', 'rabbit_ha_queues']],
  }),
  quorumQueue: rabbit('rabbit_quorum_queue', booleanType, false, 'Declare quorum queues, which are durable.'),
  quorumDeliveryLimit: rabbit(
    'rabbit_quorum_delivery_limit',
    integerType(0),
    0,
    'How often a quorum queue delivers a message; 0 means no limit.',
  ),
  quorumMaxMemoryLength: rabbit(
    'rabbit_quorum_max_memory_length',
    integerType(0),
    0,
    'Messages that a quorum queue keeps in memory; 0 means no limit.',
    { formerly: [['oslo_messaging_rabbit', 'rabbit_quroum_max_memory_length']] },
  ),
  quorumMaxMemoryBytes: rabbit(
    'rabbit_quorum_max_memory_bytes',
    integerType(0),
    0,
    'Memory that a quorum queue uses; 0 means no limit.',
    { unit: 'bytes', formerly: [['oslo_messaging_rabbit', 'rabbit_quroum_max_memory_bytes']] },
  ),
  compression: rabbit(
    'kombu_compression',
    compressionType,
    null,
    'How messages are compressed; listeners know by a header of each.',
  ),
  ssl: rabbit('ssl', booleanType, false, 'Connect with TLS. The certificate is verified in any case.', {
    formerly: [['oslo_messaging_rabbit', 'rabbit_use_ssl']],
  }),
  sslCaFile: rabbit(
    'ssl_ca_file',
    optionalTextType,
    null,
    'Certificates to trust instead of those that the runtime knows, in PEM.',
    { formerly: [['oslo_messaging_rabbit', 'kombu_ssl_ca_certs']] },
  ),
  sslCertFile: rabbit('ssl_cert_file', optionalTextType, null, 'Certificate to show, in PEM.', {
    formerly: [['oslo_messaging_rabbit', 'kombu_ssl_certfile']],
  }),
  sslKeyFile: rabbit('ssl_key_file', optionalTextType, null, 'Key of that certificate, in PEM.', {
    formerly: [['oslo_messaging_rabbit', 'kombu_ssl_keyfile']],
  }),
  sslEnforceHostname: rabbit(
    'ssl_enforce_hostname_verification',
    booleanType,
    false,
    'With ssl_ca_file: the certificate must name the host, too. Without ssl_ca_file it always must.',
  ),
  heartbeatTimeout: rabbit(
    'heartbeat_timeout_threshold',
    integerType(0, 65535),
    60,
    'Time without a sign of life after which a connection counts as dead; 0 means that it never does.',
    seconds,
  ),
  loginMethod: rabbit(
    'rabbit_login_method',
    loginMethodType,
    'AMQPLAIN',
    'How the service logs in; EXTERNAL is by its certificate.',
    { formerly: [['DEFAULT', 'rabbit_login_method']] },
  ),
  failoverStrategy: rabbit(
    'kombu_failover_strategy',
    choiceType('round-robin', 'shuffle'),
    'round-robin',
    'Which host is next when one cannot be used.',
  ),
  retryInterval: rabbit(
    'rabbit_retry_interval',
    integerType(1, LONGEST_TIMER_S),
    1,
    'Pause before the first attempt to send again.',
    seconds,
  ),
  retryBackoff: rabbit(
    'rabbit_retry_backoff',
    integerType(0, LONGEST_TIMER_S),
    2,
    'By how much each further pause is longer.',
    { ...seconds, formerly: [['DEFAULT', 'rabbit_retry_backoff']] },
  ),
  intervalMax: rabbit('rabbit_interval_max', integerType(1, LONGEST_TIMER_S), 30, 'Longest such pause.', seconds),
} as const;

import type { BrokerConfig, NotificationsConfig } from './app-config.js';
import { notificationOptions, rabbitOptions } from './notification-options.js';
import type { OptionReader } from './option-reader.js';
import type { Option } from './option.js';
import { readPemFile } from './pem-file.js';
import type { TransportHost, TransportUrl } from './transport-url.js';

const MESSAGING: readonly string[] = ['messagingv2', 'messaging'];
/** Also with TLS, as for oslo.messaging. */
const DEFAULT_PORT = 5672;
const NOWHERE: TransportUrl = { hosts: [], virtualHost: '', query: new Map() };

/** What is told under the names that oslo.messaging has for it; null: nothing is. */
export function readNotifications(reader: OptionReader): NotificationsConfig | null {
  const common = {
    topics: reader.read(notificationOptions.topics),
    publisherId: reader.read(notificationOptions.defaultPublisherId),
    disabled: reader.read(notificationOptions.disabledNotifications),
    retries: reader.read(notificationOptions.retry),
  };
  const drivers = readDrivers(reader);
  if (drivers.length === 0) return null;
  const broker = drivers.some((driver) => MESSAGING.includes(driver)) ? readBroker(reader) : null;
  return { ...common, retries: common.retries < 0 ? null : common.retries, drivers, broker };
}

/** The option may be repeated, also under its older name. */
function readDrivers(reader: OptionReader): NotificationsConfig['drivers'] {
  const { driver } = notificationOptions;
  const older = { ...driver, group: 'DEFAULT', name: 'notification_driver' };
  const [option, group] = reader.isSet({ ...driver, formerly: [] }) ? [driver, driver.group] : [older, 'DEFAULT'];
  const named = reader.readAllFrom([group], option);
  return [...new Set(named)].filter((each) => each !== 'noop');
}

function readBroker(reader: OptionReader): BrokerConfig {
  const own = reader.read(notificationOptions.transportUrl);
  const general = reader.read(notificationOptions.generalTransportUrl);
  const url = own ?? general ?? NOWHERE;
  const option =
    own === null && general !== null ? notificationOptions.generalTransportUrl : notificationOptions.transportUrl;
  const read = <Value>(of: Option<Value>): Value => fromQuery(reader, url, option, of) ?? reader.read(of);
  const tls = read(rabbitOptions.ssl) ? readTls(reader, read) : null;
  const hosts = url.hosts.length > 0 ? url.hosts : [{ hostname: '', port: null, username: null, password: null }];
  return {
    option: `[${option.group}] ${option.name}`,
    hosts: hosts.map(addressOf),
    virtualHost: url.virtualHost || '/',
    exchange: reader.read(notificationOptions.controlExchange),
    ...readQueues(reader, read),
    compression: read(rabbitOptions.compression),
    tls,
    heartbeatS: read(rabbitOptions.heartbeatTimeout),
    loginMethod: read(rabbitOptions.loginMethod),
    shufflesHosts: read(rabbitOptions.failoverStrategy) === 'shuffle',
    pauses: {
      firstS: read(rabbitOptions.retryInterval),
      growthS: read(rabbitOptions.retryBackoff),
      longestS: read(rabbitOptions.intervalMax),
    },
  };
}

type Read = <Value>(option: Option<Value>) => Value;

/** What the URL itself says of the connection, under one of the names of an option; undefined: nothing. */
function fromQuery<Value>(
  reader: OptionReader,
  { query }: TransportUrl,
  urlOption: Option<unknown>,
  { name, type, formerly = [] }: Option<Value>,
): Value | undefined {
  const said = [name, ...formerly.map(([, older]) => older)].find((each) => query.has(each));
  if (said === undefined) return undefined;
  const value = type.parse(query.get(said) ?? '');
  if (value === undefined) reader.refuse(urlOption, `has ${said} in its query: must be ${type.allowed}`);
  return value;
}

/** Files are those of the configuration: a path is no part of an address. */
function readTls(reader: OptionReader, read: Read): BrokerConfig['tls'] {
  const caFile = readPemFile(reader, rabbitOptions.sslCaFile);
  return {
    caFile,
    certFile: readPemFile(reader, rabbitOptions.sslCertFile),
    keyFile: readPemFile(reader, rabbitOptions.sslKeyFile, 'private key'),
    verifiesHost: caFile === null || read(rabbitOptions.sslEnforceHostname),
  };
}

/** What exchange and queues are declared with: whoever listens declares the same. */
function readQueues(reader: OptionReader, read: Read): Pick<BrokerConfig, 'durable' | 'autoDelete' | 'queueArguments'> {
  const [mirrored, quorum] = [read(rabbitOptions.haQueues), read(rabbitOptions.quorumQueue)];
  const autoDelete = read(rabbitOptions.autoDelete);
  if (quorum) {
    for (const [option, isOn] of [
      [rabbitOptions.haQueues, mirrored],
      [rabbitOptions.autoDelete, autoDelete],
    ] as const)
      if (isOn) reader.refuse(rabbitOptions.quorumQueue, `is true: must not be beside ${option.name}`);
  }
  const limits = {
    'x-delivery-limit': read(rabbitOptions.quorumDeliveryLimit),
    'x-max-in-memory-length': read(rabbitOptions.quorumMaxMemoryLength),
    'x-max-in-memory-bytes': read(rabbitOptions.quorumMaxMemoryBytes),
  };
  const set = Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit > 0));
  return {
    durable: read(rabbitOptions.durableQueues) || quorum,
    autoDelete,
    queueArguments: { ...(mirrored && { 'x-ha-policy': 'all' }), ...(quorum && { 'x-queue-type': 'quorum', ...set }) },
  };
}

/** Who is not named is guest, as for oslo.messaging. */
const addressOf = ({ hostname, port, username, password }: TransportHost) => ({
  hostname: hostname || 'localhost',
  port: port ?? DEFAULT_PORT,
  username: username || 'guest',
  password: password || 'guest',
});

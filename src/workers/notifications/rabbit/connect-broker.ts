import { readFile } from 'node:fs/promises';
import type { ChannelModel } from 'amqplib';
import type { BrokerConfig } from '../../../config/app-config.js';

type Host = BrokerConfig['hosts'][number];

/** Until a host must have let us in. */
const CONNECT_MS = 10_000;

/** Connects to one host. Whoever connects has to listen to the errors of the connection. */
export async function connectBroker(config: BrokerConfig, host: Host, timeoutMs = CONNECT_MS): Promise<ChannelModel> {
  const { connect, credentials } = await import('amqplib'); // loaded by those only who need it
  const { username, password } = host;
  const methods = {
    PLAIN: () => credentials.plain(username, password),
    AMQPLAIN: () => credentials.amqplain(username, password),
    EXTERNAL: () => credentials.external(),
  };
  return connect(
    {
      protocol: config.tls === null ? 'amqp' : 'amqps',
      hostname: host.hostname,
      port: host.port,
      vhost: encodeURIComponent(config.virtualHost),
      heartbeat: config.heartbeatS,
    },
    {
      ...(await tlsOptions(config)),
      credentials: methods[config.loginMethod](),
      clientProperties: { connection_name: `hindsight:${process.pid}` },
      timeout: timeoutMs,
      noDelay: true,
      keepAlive: true,
    },
  );
}

async function tlsOptions({ tls }: BrokerConfig) {
  if (tls === null) return {};
  const [ca, cert, key] = await Promise.all([tls.caFile, tls.certFile, tls.keyFile].map(contentOf));
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(!tls.verifiesHost && { checkServerIdentity: () => undefined }),
  };
}

const contentOf = async (path: string | null): Promise<Buffer | undefined> =>
  path === null ? undefined : readFile(path);

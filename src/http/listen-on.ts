import type { Server } from 'node:net';
import type { AppConfig } from '../config/app-config.js';
import { ConfigError } from '../config/config-error.js';

/** Where to listen; port 0 takes any free one. */
export type ListenAddress = Pick<AppConfig['api'], 'bindHost' | 'bindPort' | 'backlog'>;

/**
 * @param reusePort other processes of the same user that say so, too, may listen there at the same time
 * @throws ConfigError when the address cannot be had
 */
export async function listenOn(
  server: Server,
  { bindHost, bindPort, backlog }: ListenAddress,
  { reusePort = false } = {},
): Promise<void> {
  try {
    await listening(server, { host: bindHost, port: bindPort, backlog, reusePort });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    const problem = `[DEFAULT] bind_host = "${bindHost}", bind_port = "${bindPort}": cannot listen there (${reason})`;
    throw new ConfigError([problem], { cause });
  }
}

type Options = Readonly<{ host: string; port: number; backlog: number; reusePort: boolean }>;

const listening = (server: Server, options: Options): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });

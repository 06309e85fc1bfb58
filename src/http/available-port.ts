import { createServer } from 'node:net';
import { listenOn } from './listen-on.js';
import type { ListenAddress } from './listen-on.js';

/**
 * The port of an address that nobody listens on yet. Those who then share it would not notice a stranger that shares it, too.
 * @throws ConfigError when the address cannot be had
 */
export async function availablePort(address: ListenAddress): Promise<number> {
  const probe = createServer();
  await listenOn(probe, address);
  const found = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return found !== null && typeof found === 'object' ? found.port : address.bindPort;
}

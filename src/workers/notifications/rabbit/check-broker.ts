import type { BrokerConfig } from '../../../config/app-config.js';
import { ConfigError } from '../../../config/config-error.js';
import { errorCodeOf } from '../../../kernel/error-code.js';
import { connectBroker } from './connect-broker.js';

const CONNECT_MS = 5000;

/** What a network says of a host that is away; anything else was said by a server, or about its certificate. */
const AWAY = /^(ECONN|EHOST|ENET|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE)/;
const AWAY_TEXT = /ETIMEDOUT|closed abruptly|Heartbeat timeout|CONNECTION.FORCED|INTERNAL.ERROR/i;

/**
 * Tries the hosts once. Those that are away may come back and are no reason to stop; one that refuses the credentials, has no
 * such virtual host, or cannot be trusted will not heal by itself.
 * @throws ConfigError, which names the option but never the password
 */
export async function checkBroker(config: BrokerConfig): Promise<void> {
  let refusal: ConfigError | null = null;
  for (const host of config.hosts) {
    try {
      const connection = await connectBroker(config, host, CONNECT_MS);
      connection.on('error', () => undefined);
      await connection.close();
      return;
    } catch (error) {
      if (!isAway(error)) refusal ??= refusalOf(config, host, error);
    }
  }
  if (refusal !== null) throw refusal;
}

const isAway = (error: unknown): boolean =>
  AWAY.test(errorCodeOf(error) ?? '') || (Error.isError(error) && AWAY_TEXT.test(error.message));

function refusalOf(
  { option, virtualHost }: BrokerConfig,
  { hostname, port, username }: BrokerConfig['hosts'][number],
  error: unknown,
): ConfigError {
  const message = Error.isError(error) ? error.message : String(error);
  const reason = /\b403\b|ACCESS.REFUSED/.test(message)
    ? `the server refuses the user ${username} or its password`
    : /ConnectionOpenOk/.test(message) // all that the client tells of a refusal behind the login
      ? `there is no virtual host ${virtualHost}, or it is refused to the user ${username}`
      : `the server cannot be used (${message})`;
  return new ConfigError([`${option} names ${hostname}:${port}: ${reason}`]);
}

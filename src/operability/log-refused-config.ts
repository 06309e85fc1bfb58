import type { Logger } from 'pino';
import { ConfigError } from '../config/config-error.js';

/** Says that a configuration which was read again is not used, and why. */
export function logRefusedConfig(logger: Logger, error: unknown): void {
  const problem = error instanceof ConfigError ? { problems: error.problems } : { err: error };
  logger.error(problem, 'the configuration cannot be used; the former one stays');
}

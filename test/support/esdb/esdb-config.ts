import type { KurrentDbConfig } from '../../../src/config/app-config.js';
import { parseKurrentDbConnection } from '../../../src/config/kurrentdb-connection.js';

/** How a connection string and a prefix of streams are configured. */
export const esdbConfig = (connection: string, streamPrefix = 'test.'): KurrentDbConfig => ({
  kind: 'kurrentdb',
  ...parseKurrentDbConnection(connection),
  streamPrefix,
});

/** One server on this machine, without encryption. */
export const localEsdb = (port: number, settings = ''): KurrentDbConfig =>
  esdbConfig(`esdb://127.0.0.1:${port}?tls=false${settings}`);

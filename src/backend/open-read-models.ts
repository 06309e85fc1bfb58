import type { AppConfig, DatabaseServerConfig } from '../config/app-config.js';
import { ConfigError } from '../config/config-error.js';
import type { ReadModelDatabase } from '../projections/database/read-model-database.js';
import { openReadModelDatabase } from '../projections/database/sqlite.js';
import { ReadModelIncompatible, ReadModelUnavailable } from '../projections/projections.errors.js';

/**
 * Opens the read models where the configuration says.
 * @param file where they are unless a server has them
 * @throws ConfigError when the server cannot be used as it is named, ReadModelUnavailable when it may be later
 */
export async function openReadModels(
  { databaseServer: server }: Pick<AppConfig, 'databaseServer'>,
  file: string,
): Promise<ReadModelDatabase> {
  if (server === null) return openReadModelDatabase(file);
  try {
    return await openOn(server);
  } catch (error) {
    if (error instanceof ReadModelIncompatible) throw new ConfigError([`${optionText(server)}: ${error.message}`]);
    if (!(error instanceof ReadModelUnavailable)) throw error;
    throw new ReadModelUnavailable(`${optionText(server)}: ${error.message}`, error.details, { cause: error });
  }
}

/** Drivers are loaded only where they are configured. */
async function openOn(server: DatabaseServerConfig): Promise<ReadModelDatabase> {
  switch (server.kind) {
    case 'postgresql': {
      const { openPostgresReadModels } = await import('../projections/database/postgres/postgres.read-models.js');
      return openPostgresReadModels(server.url);
    }
    case 'mysql': {
      const { openMysqlReadModels } = await import('../projections/database/mysql/mysql.read-models.js');
      return openMysqlReadModels(server);
    }
  }
}

/** Without user, password and parameters. */
function optionText(server: DatabaseServerConfig): string {
  if (server.kind === 'mysql') {
    const { host, port, socketPath, database } = server;
    return `[database] connection = "mysql://${socketPath ?? `${host}:${port}`}/${database}"`;
  }
  const { protocol, host, pathname } = new URL(server.url);
  return `[database] connection = "${protocol}//${host}${pathname}"`;
}

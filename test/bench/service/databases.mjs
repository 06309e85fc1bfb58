import { MariaDbServer } from './mariadb-server.mjs';
import { PostgresServer } from './postgres-server.mjs';

/** Where read models can be, each new and empty: `environment` are the options that name it. */
export async function openDatabases({ children }) {
  const databases = [{ role: 'sqlite', title: 'SQLite', environment: {}, stop: () => undefined }];
  for (const [Server, role, title] of [
    [PostgresServer, 'postgresql', 'PostgreSQL'],
    [MariaDbServer, 'mariadb', 'MariaDB (events in SQLite)'],
  ]) {
    if (!Server.isInstalled()) {
      console.error(`  ! ${title} is not installed: left out`);
      continue;
    }
    const server = await Server.start(children);
    const environment = { OS_DATABASE__CONNECTION: await server.createDatabase('bench') };
    databases.push({ role, title, environment, stop: () => server.stop() });
  }
  return databases;
}

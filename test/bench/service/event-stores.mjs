import { join } from 'node:path';
import { PostgresServer } from './postgres-server.mjs';

/**
 * The places where events and read models can be, each new and empty: `environment` are the options that name it.
 * BENCH_ESDB names a KurrentDB, whose streams get a prefix of their own.
 */
export async function openEventStores({ children, folder }) {
  const stores = [{ role: 'sqlite', title: 'SQLite', environment: {}, stop: () => undefined }];
  if (PostgresServer.isInstalled()) {
    const server = await PostgresServer.start(children);
    const url = await server.createDatabase('bench');
    const environment = { OS_DATABASE__CONNECTION: url };
    stores.push({ role: 'postgresql', title: 'PostgreSQL', environment, stop: () => server.stop() });
  } else console.error('  ! PostgreSQL is not installed: left out');
  if (process.env.BENCH_ESDB) {
    const environment = {
      OS_HINDSIGHT__EVENT_STORE: process.env.BENCH_ESDB,
      OS_HINDSIGHT__EVENT_STREAM_PREFIX: `bench${process.pid}.`,
    };
    stores.push({ role: 'kurrentdb', title: 'KurrentDB', environment, stop: () => undefined });
  }
  return stores.map((store) => ({ ...store, dataDir: join(folder, store.role) }));
}

import { join } from 'node:path';
import { built, configOf } from './built-program.mjs';
import { EsdbTestServer } from './esdb-test-server.mjs';
import { PostgresServer } from './postgres-server.mjs';

/**
 * The places where events can be, each new and empty, with read models beside them: `environment` are the options that name
 * it. `openEventStore` makes one that no option names, which keeps nothing when it is closed. `serverPid` is a process that
 * the figures may be bound by.
 */
export async function openEventStores({ children, folder, program }) {
  const stores = [
    { role: 'sqlite', title: 'SQLite', environment: {}, stop: () => undefined },
    ...(await postgresql(children)),
    await kurrentDb(children, program),
    await inMemory(program),
  ];
  return stores.map((store) => ({ ...store, dataDir: join(folder, store.role) }));
}

async function postgresql(children) {
  if (!PostgresServer.isInstalled()) {
    console.error('  ! PostgreSQL is not installed: left out');
    return [];
  }
  const server = await PostgresServer.start(children);
  const environment = { OS_DATABASE__CONNECTION: await server.createDatabase('bench') };
  return [{ role: 'postgresql', title: 'PostgreSQL', environment, stop: () => server.stop() }];
}

/** The one that HINDSIGHT_TEST_ESDB names, whose streams get a prefix of their own; else the server of the tests. */
async function kurrentDb(children, program) {
  const url = process.env.HINDSIGHT_TEST_ESDB;
  if (url) {
    const prefix = `bench${process.pid}-${Date.now()}.`;
    const environment = { OS_HINDSIGHT__EVENT_STORE: url, OS_HINDSIGHT__EVENT_STREAM_PREFIX: prefix };
    const title = `KurrentDB ${await versionOf(environment, program)}`;
    return { role: 'kurrentdb', title, esdb: url, environment, stop: () => undefined };
  }
  const server = await EsdbTestServer.start(children);
  return {
    role: 'kurrentdb_protocol', // not the name under which a server's own figures stand
    title: 'KurrentDB adapter and protocol (in-memory test server, no disk)',
    esdb: server.url,
    environment: { OS_HINDSIGHT__EVENT_STORE: server.url },
    serverPid: server.pid,
    stop: () => server.stop(),
  };
}

async function versionOf(environment, program) {
  const { eventStore } = await configOf({ dataDir: '.', environment, program });
  const { KurrentDbClient } = await built('events/adapters/kurrentdb/kurrentdb.client.js', program);
  const client = new KurrentDbClient(eventStore);
  try {
    return await client.serverVersion();
  } finally {
    await client.close();
  }
}

async function inMemory(program) {
  const { InMemoryEventStore } = await built('events/adapters/in-memory/in-memory.event-store.js', program);
  return {
    role: 'in_memory',
    title: 'in memory (read models in SQLite)',
    environment: {},
    openEventStore: () => new InMemoryEventStore(),
    stop: () => undefined,
  };
}

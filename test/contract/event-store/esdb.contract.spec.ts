import { randomUUID } from 'node:crypto';
import { KurrentDbEventStore } from '../../../src/events/adapters/kurrentdb/kurrentdb.event-store.js';
import { esdbConfig, localEsdb } from '../../support/esdb/esdb-config.js';
import { EsdbServer } from '../../support/esdb/esdb-server.js';
import { eventStoreContract } from './event-store.contract.js';

eventStoreContract('KurrentDB, as its protocol has it', async () => {
  const server = new EsdbServer();
  const config = localEsdb(await server.listen());
  const store = await KurrentDbEventStore.open(config);
  return {
    store,
    openSecond: () => KurrentDbEventStore.open(config),
    tearDown: async () => {
      await store.close();
      server.close();
    },
  };
});

/** The connection string of a server that may be written to; each run uses streams of its own. */
const realServer = process.env['HINDSIGHT_TEST_ESDB'];
if (realServer !== undefined && realServer !== '') {
  eventStoreContract('KurrentDB, a real one', async () => {
    const config = esdbConfig(realServer, `test.${randomUUID()}.`);
    const store = await KurrentDbEventStore.open(config);
    return { store, openSecond: () => KurrentDbEventStore.open(config), tearDown: () => store.close() };
  });
}

import { KurrentDbEventStore } from '../../../src/events/adapters/kurrentdb/kurrentdb.event-store.js';
import { positionOf } from '../../../src/events/adapters/kurrentdb/log-position.js';
import { localEsdb } from '../../support/esdb/esdb-config.js';
import { EsdbServer } from '../../support/esdb/esdb-server.js';
import type { EsdbRecord } from '../../support/esdb/esdb-log.js';
import { auditContract } from './audit.contract.js';

auditContract('KurrentDB, as its protocol has it', async () => {
  const server = new EsdbServer();
  const store = await KurrentDbEventStore.open(localEsdb(await server.listen()));
  const remove = (isGone: (record: EsdbRecord) => boolean): void => {
    for (const record of server.log.records.filter(isGone)) {
      for (const records of [server.log.records, server.log.stream(record.stream) as EsdbRecord[]])
        records.splice(records.indexOf(record), 1);
    }
  };
  return {
    store,
    alter: (position, data) => {
      const record = server.log.records.find((it) => positionOf(it.position) === position);
      Object.assign(record!, { data: Buffer.from(data) });
    },
    remove: (position) => remove((record) => positionOf(record.position) === position),
    cutOff: (position) => remove((record) => positionOf(record.position) > position),
    tearDown: async () => {
      await store.close();
      server.close();
    },
  };
});

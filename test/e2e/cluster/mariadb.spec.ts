import { describeWithBackend } from '../../support/backends.js';
import { DatabaseServerProcess } from '../../support/chaos/server-processes.js';
import { surviveChaos } from '../../support/chaos/survive-chaos.js';
import { isMariaDbInstalled, MariaDbServer } from '../../support/mariadb.js';
import { isPostgresInstalled, PostgresServer } from '../../support/postgres.js';
import { isInstalled } from '../../support/run-command.js';
import { chaosLimitMs, chaosOptions } from './chaos-options.js';

const options = chaosOptions();
const isThere = isMariaDbInstalled() && isPostgresInstalled() && isInstalled('redis-server');

describeWithBackend('MariaDB, PostgreSQL and redis-server', isThere, () => {
  let mariaDb: MariaDbServer;
  let postgres: PostgresServer;
  beforeAll(async () => {
    [mariaDb, postgres] = await Promise.all([MariaDbServer.start(), PostgresServer.start()]);
  });
  afterAll(() => Promise.all([mariaDb.stop(), postgres.stop()]));

  it(
    'two APIs and three workers with read models in MariaDB and events in PostgreSQL keep what they say, whoever dies',
    async () => {
      const environment = {
        OS_DATABASE__CONNECTION: await mariaDb.createDatabase(),
        OS_HINDSIGHT__EVENT_STORE: await postgres.createDatabase(),
        OS_DEFAULT__IMAGE_CACHE_DRIVER: 'centralized_db',
        OS_DEFAULT__WORKER_SELF_REFERENCE_URL: 'http://node.example.com',
      };
      const servers = [new DatabaseServerProcess('mariadb', mariaDb), new DatabaseServerProcess('postgres', postgres)];
      await surviveChaos({ name: 'mariadb', apis: 'two', isCaching: true, environment, servers }, options);
    },
    chaosLimitMs(options),
  );
});

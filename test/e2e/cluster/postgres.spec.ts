import { describeWithBackend } from '../../support/backends.js';
import { DatabaseServerProcess } from '../../support/chaos/server-processes.js';
import { surviveChaos } from '../../support/chaos/survive-chaos.js';
import { isPostgresInstalled, PostgresServer } from '../../support/postgres.js';
import { isInstalled } from '../../support/run-command.js';
import { chaosLimitMs, chaosOptions } from './chaos-options.js';

const options = chaosOptions();

describeWithBackend('PostgreSQL and redis-server', isPostgresInstalled() && isInstalled('redis-server'), () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await PostgresServer.start();
  });
  afterAll(() => postgres.stop());

  it(
    'two APIs and three workers on PostgreSQL keep what they say, whoever dies',
    async () => {
      const environment = { OS_DATABASE__CONNECTION: await postgres.createDatabase() };
      const servers = [new DatabaseServerProcess('postgres', postgres)];
      await surviveChaos({ name: 'postgres', apis: 'two', environment, servers }, options);
    },
    chaosLimitMs(options),
  );
});

import { describeWithBackend } from '../../support/backends.js';
import { PostgresServerProcess } from '../../support/chaos/server-processes.js';
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
    'two APIs and three workers whose events are in PostgreSQL keep what they say, whoever dies',
    async () => {
      const environment = { OS_HINDSIGHT__EVENT_STORE: await postgres.createDatabase() };
      const servers = [new PostgresServerProcess(postgres)];
      await surviveChaos({ name: 'postgres-events', apis: 'two', environment, servers }, options);
    },
    chaosLimitMs(options),
  );
});

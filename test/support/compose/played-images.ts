import { chown, mkdir, readFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EsdbServer } from '../esdb/esdb-server.js';
import { postgresProgram } from '../postgres.js';
import { serverAccount } from '../server-account.js';
import { RabbitServer } from '../rabbitmq.js';
import { startProcess } from './container.js';
import type { ProcessSettings, RunningService } from './container.js';

/** What the start of an image has to go by; everything is translated to this machine. */
export type ImageStart = ProcessSettings & Readonly<{ address: string; translate: (text: string) => string }>;

/** Does what the image of PostgreSQL does at its start: makes the database if there is none, and serves it. */
export async function playPostgres({ address, environment, translate }: ImageStart): Promise<RunningService> {
  const folder = translate('/var/lib/postgresql/data');
  const account = serverAccount();
  const [user = '', database = '', passwordFile = ''] = ['USER', 'DB', 'PASSWORD_FILE'].map(
    (name) => environment[`POSTGRES_${name}`],
  );
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (account !== null) await chown(folder, account.uid, account.gid);
  const run = promisify(execFile);
  const access = ['--username', user, '--pwfile', passwordFile, '--auth', 'scram-sha-256', '--encoding', 'UTF8'];
  await run(postgresProgram('initdb'), ['--pgdata', folder, '--no-sync', ...access], {
    ...account,
    cwd: dirname(folder),
  });
  const single = ['--single', '-D', folder, 'postgres'];
  const creating = run(postgresProgram('postgres'), single, { ...account, cwd: folder });
  creating.child.stdin?.end(`CREATE DATABASE ${database}\n`);
  await creating;
  const listening = ['-h', address, '-p', '5432', '-k', folder, '-F'];
  const words = [postgresProgram('postgres'), '-D', folder, ...listening];
  const server = startProcess({ words, environment, account, folder });
  return {
    get log() {
      return server.log;
    },
    stop: () => server.stop('SIGINT'), // whose processes would outlive it otherwise
  };
}

/** KurrentDB is played by what speaks its protocol; it has no other health than that it is there. */
export async function playKurrentDb({ address }: ImageStart): Promise<RunningService> {
  const server = new EsdbServer();
  await server.listen(2113, address);
  return {
    log: '',
    stop: () => {
      server.close();
      return Promise.resolve();
    },
  };
}

/** RabbitMQ with the user of its configuration. It is well when it has started. */
export async function playRabbit({ address, environment }: ImageStart): Promise<RabbitServer> {
  const settings = await readFile(join(environment['RABBITMQ_CONFIG_FILES'] ?? '', 'hindsight.conf'), 'utf8');
  const setting = (name: string): string => new RegExp(`^${name} = (.*)$`, 'm').exec(settings)?.[1] ?? '';
  const user = { username: setting('default_user'), password: setting('default_pass') };
  return RabbitServer.start({ address: { host: address, port: 5672 }, user });
}

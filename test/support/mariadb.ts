import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import type { MysqlServerConfig } from '../../src/config/app-config.js';
import { parseDatabaseUrl } from '../../src/config/database-url.js';
import { eventually } from './eventually.js';
import { serverAccount } from './server-account.js';
import { freePort } from './service.js';

const USER = 'hindsight';
const PASSWORD = 'right-one';

/** Where a server's databases are made; each test has its own. */
export type MariaDbDatabases = Readonly<{
  /** @returns its URL, as `[database] connection` has it */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}>;

/** How a server's program is told to make its folder, and what else it must be told to be like another one. */
type Program = Readonly<{ server: string; install: readonly [string, ...string[]]; settings: readonly string[] }>;

const programs = (): Program | null => mysqlProgram(process.env['HINDSIGHT_TEST_MYSQLD'] || null) ?? mariaDbProgram();

const mysqlProgram = (server: string | null): Program | null =>
  server === null
    ? null
    : {
        server,
        install: [server, '--no-defaults', '--initialize-insecure'],
        settings: ['--mysqlx=OFF', '--skip-log-bin', '--secure-file-priv=NULL', '--tls-version='],
      };

const mariaDbProgram = (): Program | null => {
  const find = (...names: readonly string[]): string | undefined =>
    ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/usr/libexec']
      .flatMap((folder) => names.map((name) => join(folder, name)))
      .find((path) => existsSync(path));
  const [server, install] = [find('mariadbd'), find('mariadb-install-db')];
  if (server === undefined || install === undefined) return null;
  const options = ['--no-defaults', '--skip-test-db', '--auth-root-authentication-method=normal'];
  return { server, install: [install, ...options], settings: [] };
};

/** Whether suites can start servers of their own: the MySQL whose program HINDSIGHT_TEST_MYSQLD names, or a MariaDB. */
export const isMariaDbInstalled = (): boolean => programs() !== null;

const givenUrl = (): string | null => process.env['HINDSIGHT_TEST_MYSQL'] || null;

/** Whether suites that need nothing but databases can run: on the server that HINDSIGHT_TEST_MYSQL names, or on one of their own. */
export const isMariaDbThere = (): boolean => givenUrl() !== null || isMariaDbInstalled();

export async function mariaDbDatabases(): Promise<MariaDbDatabases> {
  const url = givenUrl();
  if (url === null) return MariaDbServer.start();
  const made: string[] = [];
  return {
    createDatabase: async () => {
      made.push(await createDatabase(url));
      return made.at(-1)!;
    },
    stop: async () => {
      for (const each of made) await query(url, `DROP DATABASE \`${serverOf(each).database}\``);
    },
  };
}

export const serverOf = (url: string): MysqlServerConfig => {
  const server = parseDatabaseUrl(url)?.server;
  if (server?.kind !== 'mysql') throw new Error(`${url} names no MySQL`);
  return server;
};

/** A MariaDB of a test, on a loopback port that stays the same over restarts. It keeps what it has been told. */
export class MariaDbServer implements MariaDbDatabases {
  private child: ChildProcess | null = null;

  private constructor(
    private readonly program: Program,
    private readonly folder: string,
    readonly port: number,
  ) {}

  static async start(): Promise<MariaDbServer> {
    const found = programs();
    if (found === null) throw new Error('MariaDB is not installed');
    const folder = await mkdtemp(join(tmpdir(), 'hindsight-mariadb-'));
    const account = `CREATE USER IF NOT EXISTS '${USER}'@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`;
    await writeFile(
      join(folder, 'init.sql'),
      `${account};\nGRANT ALL ON *.* TO '${USER}'@'127.0.0.1' WITH GRANT OPTION;\n`,
    );
    const owner = serverAccount();
    if (owner !== null) await chown(folder, owner.uid, owner.gid);
    const [install, ...options] = found.install;
    await promisify(execFile)(install, [...options, `--datadir=${join(folder, 'data')}`, `--tmpdir=${folder}`], {
      ...owner,
      cwd: folder,
    });
    const server = new MariaDbServer(found, folder, await freePort());
    await server.restart();
    return server;
  }

  get url(): string {
    return `mysql+pymysql://${USER}:${PASSWORD}@127.0.0.1:${this.port}/mysql`;
  }

  createDatabase(): Promise<string> {
    return createDatabase(this.url);
  }

  /** Starts the server, after it was stopped where it runs. */
  async restart(): Promise<void> {
    await this.halt();
    const { folder } = this;
    const { settings } = this.program;
    const address = ['--bind-address=127.0.0.1', `--port=${this.port}`, `--socket=${join(folder, 'socket')}`];
    // A test does not outlive the power: nothing need be flushed to disk, but what was promised outlives the process.
    const cheap = ['--innodb-flush-log-at-trx-commit=2', '--innodb-buffer-pool-size=64M', '--skip-name-resolve'];
    const files = [`--datadir=${join(folder, 'data')}`, `--pid-file=${join(folder, 'pid')}`, `--tmpdir=${folder}`];
    const child = spawn(
      this.program.server,
      ['--no-defaults', ...files, ...address, ...cheap, ...settings, `--init-file=${join(folder, 'init.sql')}`],
      { ...serverAccount(), cwd: folder, stdio: 'ignore' },
    );
    this.child = child;
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}`);
      await query(this.url, 'SELECT 1');
    });
  }

  halt(): Promise<void> {
    return this.end('SIGTERM');
  }

  /** Ends it at once, whatever it does. */
  kill9(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** The server keeps its connections and answers nothing. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** Breaks all connections off, and goes on. */
  async cut(): Promise<void> {
    const others =
      "SELECT id AS connection FROM information_schema.processlist WHERE user = SUBSTRING_INDEX(USER(), '@', 1)";
    for (const { connection } of await query(this.url, `${others} AND id <> CONNECTION_ID()`)) {
      // Who has left meanwhile needs none.
      await query(this.url, `KILL ${Number(connection)}`).catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    await this.halt();
    await rm(this.folder, { recursive: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child === null) return;
    this.child = null;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }
}

/** Asks on a connection of its own. */
export async function query(url: string, text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { host, port, user, password, database } = serverOf(url);
  const connection = await createConnection({ host, port, user, password, database });
  try {
    const [rows] = await connection.query(text);
    return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
  } finally {
    await connection.end();
  }
}

async function createDatabase(serverUrl: string): Promise<string> {
  const name = `test_${randomUUID()}`;
  await query(serverUrl, `CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`);
  const url = new URL(serverUrl);
  url.pathname = name;
  return url.href;
}

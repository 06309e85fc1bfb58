import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { QueryResultRow } from 'pg';
import { eventually } from './eventually.js';
import { childrenOf, signalTo } from './process-signals.js';
import { serverAccount } from './server-account.js';
import { freePort } from './service.js';

const USER = 'hindsight';
const PASSWORD = 'right-one';

type Encoding = 'UTF8' | 'SQL_ASCII';

/** Where a server's databases are made; each test has its own. */
export type PostgresDatabases = Readonly<{
  createDatabase(encoding?: Encoding): Promise<string>;
  stop(): Promise<void>;
}>;

/** Folder of the server's programs, where packages put them or on the path; null: there is none. */
const programFolder = (): string | null => {
  const onPath = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'initdb'));
  const found = [...globSync('/usr/lib/postgresql/*/bin/initdb').sort(), ...onPath].find((file) => existsSync(file));
  return found === undefined ? null : dirname(found);
};

/** Path of one of the server's programs. */
export function postgresProgram(name: string): string {
  const folder = programFolder();
  if (folder === null) throw new Error('PostgreSQL is not installed');
  return join(folder, name);
}

export const isPostgresInstalled = (): boolean => programFolder() !== null;

const givenUrl = (): string | null => process.env['HINDSIGHT_TEST_POSTGRES'] || null;

/** Whether suites that need nothing but databases can run: on the server that HINDSIGHT_TEST_POSTGRES names, or on one of their own. */
export const isPostgresThere = (): boolean => givenUrl() !== null || isPostgresInstalled();

export async function postgresDatabases(): Promise<PostgresDatabases> {
  const url = givenUrl();
  if (url === null) return PostgresServer.start();
  const made: string[] = [];
  return {
    createDatabase: async (encoding) => {
      made.push(await createDatabase(url, encoding));
      return made.at(-1)!;
    },
    stop: async () => {
      for (const each of made) await query(url, `DROP DATABASE "${new URL(each).pathname.slice(1)}" WITH (FORCE)`);
    },
  };
}

/** A PostgreSQL of a test, on a loopback port that stays the same over restarts. It keeps what it has been told. */
export class PostgresServer implements PostgresDatabases {
  private child: ChildProcess | null = null;

  private constructor(
    private readonly programs: string,
    private readonly folder: string,
    readonly port: number,
  ) {}

  static async start(): Promise<PostgresServer> {
    const programs = dirname(postgresProgram('postgres'));
    const folder = await mkdtemp(join(tmpdir(), 'hindsight-postgres-'));
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, PASSWORD);
    const owner = serverAccount();
    if (owner !== null) {
      for (const path of [folder, passwordFile]) await chown(path, owner.uid, owner.gid);
    }
    const data = ['--pgdata', join(folder, 'data'), '--no-sync', '--encoding', 'UTF8', '--locale', 'C'];
    const access = ['--username', USER, '--pwfile', passwordFile, '--auth', 'scram-sha-256'];
    await promisify(execFile)(join(programs, 'initdb'), [...data, ...access], { ...owner, cwd: folder });
    const server = new PostgresServer(programs, folder, await freePort());
    await server.restart();
    return server;
  }

  get url(): string {
    return `postgresql://${USER}:${PASSWORD}@127.0.0.1:${this.port}/postgres`;
  }

  createDatabase(encoding?: Encoding): Promise<string> {
    return createDatabase(this.url, encoding);
  }

  /** Starts the server, after it was stopped where it runs. */
  async restart(): Promise<void> {
    await this.halt();
    const address = ['-h', '127.0.0.1', '-p', String(this.port), '-k', this.folder];
    // A test does not outlive the power: nothing need be flushed to disk.
    const child = spawn(join(this.programs, 'postgres'), ['-D', join(this.folder, 'data'), ...address, '-F'], {
      ...serverAccount(),
      cwd: this.folder,
      stdio: 'ignore',
    });
    this.child = child;
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`);
      await query(this.url, 'SELECT 1');
    });
  }

  /** Cuts all connections, as an administrator does. */
  async halt(): Promise<void> {
    const { child } = this;
    if (child === null) return;
    this.child = null;
    const exit = once(child, 'exit');
    child.kill('SIGINT');
    await exit;
  }

  /** Kills all of its processes, as a machine does that loses its power. */
  async kill9(): Promise<void> {
    const { child } = this;
    if (child === null) return;
    this.child = null;
    const exit = once(child, 'exit');
    child.kill('SIGSTOP'); // it starts no process any more
    for (const pid of processesOf(child)) signalTo(pid, 'SIGKILL');
    await exit;
  }

  /** The server keeps its connections and answers nothing. */
  pause(): void {
    this.child?.kill('SIGSTOP');
    if (this.child !== null) for (const pid of processesOf(this.child)) signalTo(pid, 'SIGSTOP');
  }

  resume(): void {
    if (this.child !== null) for (const pid of processesOf(this.child)) signalTo(pid, 'SIGCONT');
  }

  /** Breaks all connections off, and goes on. */
  async cut(): Promise<void> {
    await query(this.url, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
  }

  async stop(): Promise<void> {
    await this.halt();
    await rm(this.folder, { recursive: true });
  }
}

/** The server's own process comes last. */
const processesOf = ({ pid }: ChildProcess): readonly number[] => (pid === undefined ? [] : [...childrenOf(pid), pid]);

/** Asks on a connection of its own. */
export async function query<Row extends QueryResultRow>(url: string, text: string): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

async function createDatabase(serverUrl: string, encoding: Encoding = 'UTF8'): Promise<string> {
  const name = `test-${randomUUID()}`;
  await query(serverUrl, `CREATE DATABASE "${name}" TEMPLATE template0 ENCODING '${encoding}' LOCALE 'C'`);
  const url = new URL(serverUrl);
  url.pathname = name;
  return url.href;
}

import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { runProcess } from '../measuring/run-process.mjs';
import { waitUntil } from '../measuring/wait-until.mjs';
import { end, hasEnded } from './children.mjs';
import { freePort } from './free-port.mjs';
import { serverAccount } from './server-account.mjs';

const ASK_EVERY_MS = 50;
const [USER, PASSWORD] = ['hindsight', 'bench'];

/** A MariaDB with its defaults, so that what it has answered is on the disk. */
export class MariaDbServer {
  constructor(folder, child, port) {
    Object.assign(this, { folder, child, port });
  }

  static isInstalled = () => programOf('mariadbd') !== null && programOf('mariadb-install-db') !== null;

  /** In the system's folder for temporary files, as the PostgreSQL is. */
  static async start(children) {
    const account = serverAccount();
    const folder = mkdtempSync(join(tmpdir(), 'hindsight-bench-mariadb-'));
    const first = join(folder, 'first.sql');
    const user = `'${USER}'@'127.0.0.1'`;
    writeFileSync(first, `CREATE USER ${user} IDENTIFIED BY '${PASSWORD}';\nGRANT ALL ON *.* TO ${user};\n`);
    if (account !== null) chownSync(folder, account.uid, account.gid);
    const options = { ...account, cwd: folder };
    const data = ['--no-defaults', `--datadir=${join(folder, 'data')}`, `--tmpdir=${folder}`];
    const install = [...data, '--skip-test-db', '--auth-root-authentication-method=normal'];
    await runProcess(programOf('mariadb-install-db'), install, options);
    const port = await freePort();
    const address = ['--bind-address=127.0.0.1', `--port=${port}`, `--socket=${join(folder, 'socket')}`];
    const files = [`--pid-file=${join(folder, 'pid')}`, `--init-file=${first}`];
    const spawned = { ...options, stdio: 'ignore' };
    const child = children.spawn(
      programOf('mariadbd'),
      [...data, ...address, ...files, '--skip-name-resolve'],
      spawned,
    );
    const server = new MariaDbServer(folder, child, port);
    const isReady = async () => {
      if (hasEnded(child)) throw new Error('mariadbd has ended');
      return server.ask('SELECT 1').then(
        () => true,
        () => false,
      );
    };
    await waitUntil('mariadbd does not answer', isReady, { everyMs: ASK_EVERY_MS });
    return server;
  }

  /** @returns the URL of a new database */
  async createDatabase(name) {
    await this.ask(`CREATE DATABASE \`${name}\``);
    return `mysql://${USER}:${PASSWORD}@127.0.0.1:${this.port}/${name}`;
  }

  async stop() {
    await end(this.child, 'SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  async ask(statement) {
    const connection = await createConnection({ host: '127.0.0.1', port: this.port, user: USER, password: PASSWORD });
    try {
      await connection.query(statement);
    } finally {
      await connection.end();
    }
  }
}

/** Where packages put it, or on the path; null: there is none. */
function programOf(name) {
  const folders = ['/usr/sbin', '/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;
}

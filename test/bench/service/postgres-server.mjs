import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { runProcess } from '../measuring/run-process.mjs';
import { waitUntil } from '../measuring/wait-until.mjs';
import { end } from './children.mjs';
import { freePort } from './free-port.mjs';
import { serverAccount } from './server-account.mjs';

const ASK_EVERY_MS = 50;
const USER = 'hindsight';

/** A PostgreSQL with its defaults, so that what it has answered is on the disk; everybody on this machine is let in. */
export class PostgresServer {
  constructor(programs, folder, child, port) {
    Object.assign(this, { programs, folder, child, port });
  }

  static isInstalled = () => programFolder() !== null;

  /** In the system's folder for temporary files: for who runs this as root, the server is another user, who sees no others. */
  static async start(children) {
    const programs = programFolder();
    const account = serverAccount();
    const folder = mkdtempSync(join(tmpdir(), 'hindsight-bench-postgres-'));
    if (account !== null) chownSync(folder, account.uid, account.gid);
    const data = join(folder, 'data');
    const options = { ...account, cwd: folder };
    const initdb = ['-D', data, '--encoding', 'UTF8', '--locale', 'C', '--username', USER, '--auth', 'trust'];
    await runProcess(join(programs, 'initdb'), initdb, options);
    const port = await freePort();
    const address = ['-h', '127.0.0.1', '-p', String(port), '-k', folder];
    const child = children.spawn(join(programs, 'postgres'), ['-D', data, ...address], { ...options, stdio: 'ignore' });
    const isReady = async () => {
      const ready = ['-h', '127.0.0.1', '-p', String(port)];
      return (await runProcess(join(programs, 'pg_isready'), ready).catch(() => null)) !== null;
    };
    await waitUntil('postgres does not answer', isReady, { everyMs: ASK_EVERY_MS });
    return new PostgresServer(programs, folder, child, port);
  }

  /** @returns the URL of a new database */
  async createDatabase(name) {
    const server = ['-h', '127.0.0.1', '-p', String(this.port), '-U', USER];
    await runProcess(join(this.programs, 'createdb'), [...server, '-T', 'template0', name]);
    return `postgresql://${USER}@127.0.0.1:${this.port}/${name}`;
  }

  async stop() {
    await end(this.child, 'SIGINT');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Folder of the server's programs, where packages put them or on the path; null: there is none. */
function programFolder() {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'initdb'));
  const found = [...globSync('/usr/lib/postgresql/*/bin/initdb').sort(), ...onPath].find((file) => existsSync(file));
  return found === undefined ? null : dirname(found);
}

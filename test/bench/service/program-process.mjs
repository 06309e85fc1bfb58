import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runtime, runtimeOptions } from '../../../scripts/runtime.mjs';
import { waitUntil } from '../measuring/wait-until.mjs';
import { end, hasEnded } from './children.mjs';

/** Where the program is that is measured. */
export const programOf = (program) => program ?? join(root, 'dist', 'main.js');

/** One process of the built program, in any role. Callers are believed, as they are at the peer. */
export class ProgramProcess {
  /** @param environment options of the program, by the names of their variables */
  constructor({ children, program, args, environment, logFile }) {
    const log = openSync(logFile, 'a');
    this.logFile = logFile;
    this.child = children.spawn(runtime(), [...runtimeOptions, programOf(program), ...args], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        // A Glance that is installed on this machine must not configure the service under test.
        OS_GLANCE_CONFIG_DIR: '/nonexistent',
        OS_HINDSIGHT__IDENTITY: 'fakeauth',
        ...environment,
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
  }

  get pid() {
    return this.child.pid;
  }

  /**
   * Waits until the process does its work.
   * @throws Error with the end of its log when it ends, or does not get that far
   */
  async becomes(isReady, everyMs) {
    const check = async () => {
      if (await isReady()) return true;
      if (hasEnded(this.child)) throw new Error('it has ended');
      return false;
    };
    await waitUntil('it is not ready', check, { everyMs }).catch((error) => {
      throw new Error(`The service does not start: ${error.message}\n${this.log().split('\n').slice(-20).join('\n')}`);
    });
  }

  stop() {
    return end(this.child, 'SIGTERM');
  }

  kill() {
    return end(this.child, 'SIGKILL');
  }

  log() {
    return readFileSync(this.logFile, 'utf8');
  }
}

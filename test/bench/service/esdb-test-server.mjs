import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { runtime } from '../../../scripts/runtime.mjs';
import { end } from './children.mjs';

const PROGRAM = fileURLToPath(new URL('esdb-test-server.program.mjs', import.meta.url));
const OPTIONS = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];

/** The KurrentDB of the tests in a process of its own: it speaks the protocol, and keeps in memory what it is told. */
export class EsdbTestServer {
  constructor(child, port) {
    this.child = child;
    this.pid = child.pid;
    this.url = `esdb://127.0.0.1:${port}?tls=false`;
  }

  static async start(children) {
    const child = children.spawn(runtime(), [...OPTIONS, PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const port of createInterface({ input: child.stdout })) return new EsdbTestServer(child, Number(port));
    throw new Error('The test server of KurrentDB does not start');
  }

  stop() {
    return end(this.child, 'SIGKILL');
  }
}

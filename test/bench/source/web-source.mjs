import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { runtime } from '../../../scripts/runtime.mjs';
import { end } from '../service/children.mjs';
import { describeContent } from './content.mjs';

const SERVER = fileURLToPath(new URL('serve-content.mjs', import.meta.url));

/** A web server on this machine that image services download from, in a process of its own. */
export class WebSource {
  constructor(child, port) {
    this.child = child;
    this.address = port === 80 ? 'http://127.0.0.1' : `http://127.0.0.1:${port}`;
  }

  static async start(children) {
    const child = children.spawn(runtime(), [SERVER], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The web source has ended with ${code}`);
    });
    const [port] = await Promise.race([once(child, 'message'), ended]);
    return new WebSource(child, port);
  }

  /**
   * @param seconds what each download takes at least; default: no limit
   * @returns `url`, and the `sizeBytes` and `md5` of what is there
   */
  file(mib, seconds) {
    const path = seconds === undefined ? `/${mib}` : `/${mib}/${mib / seconds}`;
    return { url: this.address + path, ...describeContent(mib) };
  }

  stop() {
    return end(this.child, 'SIGKILL');
  }
}

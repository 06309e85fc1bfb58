import { join } from 'node:path';
import { Hindsight } from './hindsight.mjs';

/**
 * Two API processes on the same databases, as `workers = 2` makes them; but each has an address of its own, so that a client
 * can choose who answers.
 */
export class ProcessPair {
  services = [];

  static async start(bench, { folder, environment }) {
    const pair = new ProcessPair();
    const shared = { ...bench, dataDir: join(folder, 'data'), command: 'api', environment };
    try {
      for (const name of ['a', 'b']) await pair.add({ ...shared, folder: join(folder, name) });
    } catch (error) {
      await pair.close();
      throw error;
    }
    return pair;
  }

  async add(options) {
    const service = await Hindsight.create(options);
    await service.start();
    this.services.push(service);
  }

  async close() {
    for (const service of this.services) await service.stop();
  }
}

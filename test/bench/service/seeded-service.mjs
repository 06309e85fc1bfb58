import { join } from 'node:path';
import { seedEvents } from '../seed/seed-events.mjs';
import { Hindsight } from './hindsight.mjs';

/**
 * Starts a service of its own on images that were seeded by their events.
 * @param role names it among others
 * @returns the service, and how seeding went
 */
export async function startSeeded(bench, { role, images, environment = {} }) {
  const folder = join(bench.folder, `seeded-${role}`);
  const seeding = await seedEvents({ dataDir: join(folder, 'data'), environment, images });
  const service = await Hindsight.create({ ...bench, folder, environment });
  await service.start();
  return { service: Object.assign(service, { role, folder }), seeding };
}

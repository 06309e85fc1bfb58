import { join } from 'node:path';
import { compare } from '../measuring/compare.mjs';
import { putLoadOn } from '../measuring/load.mjs';
import { Hindsight } from '../service/hindsight.mjs';

const IMAGE = { name: 'processes', disk_format: 'raw', container_format: 'bare', group: 'bench' };
const COUNTS = [1, 2];

/** What a second API process on the same databases brings. */
export async function measureProcesses(bench, results) {
  const services = [];
  try {
    for (const count of COUNTS) services.push(await serviceOf(bench, count));
    await measure(bench, results, services, 'create', () => ({ path: '/v2/images', body: IMAGE }));
    await measure(bench, results, services, 'show', ({ imageId }) => ({ path: `/v2/images/${imageId}` }));
    await measure(bench, results, services, 'list 25', () => ({ path: '/v2/images?limit=25' }));
  } finally {
    for (const service of services) await service.stop();
  }
}

async function serviceOf(bench, count) {
  const environment = { OS_DEFAULT__WORKERS: String(count) };
  const service = await Hindsight.create({ ...bench, folder: join(bench.folder, `processes-${count}`), environment });
  service.role = `processes_${count}`;
  await service.start();
  service.imageId = await service.createImage(IMAGE);
  return service;
}

async function measure({ sizes, connections }, results, services, what, requestOf) {
  const found = await compare(services, sizes.runs, (service) =>
    putLoadOn(service, { token: service.memberToken, ...requestOf(service) }, { connections, seconds: sizes.seconds }),
  );
  for (const count of COUNTS) {
    const title = `${what}, ${connections} connections, ${count} API ${count === 1 ? 'process' : 'processes'}`;
    const id = `processes_${what.split(' ')[0]}_${count}`;
    results.addMetric({ id, title, unit: 'req/s' }, { hindsight: found[`processes_${count}`] });
  }
}

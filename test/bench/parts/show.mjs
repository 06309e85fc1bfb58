import { compare } from '../measuring/compare.mjs';
import { putLoadOn } from '../measuring/load.mjs';
import { timesThePeer } from '../measuring/targets.mjs';

const IMAGE = { name: 'show', tags: ['a', 'b'], os_distro: 'debian', hw_disk_bus: 'virtio' };

export async function measureShow({ services, sizes, connections }, results) {
  const ids = new Map();
  for (const service of services) ids.set(service, await service.createImage(IMAGE));
  const found = await compare(services, sizes.runs, (service) =>
    putLoadOn(
      service,
      { path: `/v2/images/${ids.get(service)}`, token: service.memberToken },
      { connections, seconds: sizes.seconds },
    ),
  );
  const title = `show, ${connections} connections`;
  results.addMetric({ id: 'show', title, unit: 'req/s', target: timesThePeer(20), limits: ['http_16'] }, found);
  for (const [service, id] of ids) await service.deleteImages([id]);
}

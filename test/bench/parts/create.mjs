import { compare } from '../measuring/compare.mjs';
import { putLoadOn } from '../measuring/load.mjs';
import { timesThePeer } from '../measuring/targets.mjs';

const BODY = { name: 'bench', disk_format: 'raw', container_format: 'bare', group: 'bench' };

/** Registers images without data. */
export async function measureCreates(bench, results) {
  await measure(bench, results, 1, 15, ['fsync', 'http_1']);
  await measure(bench, results, bench.connections, 20, ['http_16']);
}

async function measure({ services, sizes }, results, connections, factor, limits) {
  const found = await compare(services, sizes.runs, (service) =>
    putLoadOn(
      service,
      { path: '/v2/images', token: service.memberToken, body: BODY },
      { connections, seconds: sizes.seconds },
    ),
  );
  const title = `create, ${connections} connection${connections === 1 ? '' : 's'}`;
  results.addMetric({ id: `create_${connections}`, title, unit: 'req/s', target: timesThePeer(factor), limits }, found);
}

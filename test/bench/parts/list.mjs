import { compare } from '../measuring/compare.mjs';
import { putLoadOn } from '../measuring/load.mjs';
import { timesThePeer } from '../measuring/targets.mjs';
import { seed, someSeedGroup, someSeedName } from '../service/seed.mjs';

/** One page of a project that owns many images, and of the whole service as its administrator sees it. */
export async function measureLists(bench, results) {
  const { services, sizes } = bench;
  for (const service of services) await seed(service, sizes.images);
  const of = `of ${sizes.images.toLocaleString('en')}`;
  const list = (id, title, query, more = {}) => measure(bench, results, { id, title, query, ...more });
  await list('list_own', `list 25 ${of}, own project`, '', { target: timesThePeer(20) });
  await list('list_admin', `list 25 ${of}, administrator`, '', { target: timesThePeer(20), asAdmin: true });
  await list('list_property', `list by property ${of}`, `&group=${someSeedGroup()}`);
  await list('list_name', `list by name ${of}`, `&name=${someSeedName(sizes.images)}`);
}

async function measure({ services, sizes, connections }, results, { id, title, query, target, asAdmin = false }) {
  const found = await compare(services, sizes.runs, (service) =>
    putLoadOn(
      service,
      { path: `/v2/images?limit=25${query}`, token: asAdmin ? service.adminToken : service.memberToken },
      { connections, seconds: sizes.seconds },
    ),
  );
  results.addMetric({ id, title, unit: 'req/s', target, limits: ['http_16'] }, found);
}

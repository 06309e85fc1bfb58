import { compare } from '../measuring/compare.mjs';
import { putLoadOn } from '../measuring/load.mjs';
import { timesThePeer } from '../measuring/targets.mjs';
import { groupOf, nameOf, PROJECTS } from '../seed/seeded-images.mjs';
import { seed, seededProjectToken } from '../service/seed.mjs';

/** A page of what a member of one of many projects sees, and of the whole service as its administrator sees it. */
export async function measureLists(bench, results) {
  const { services, sizes } = bench;
  for (const service of services) await seed(service, sizes.images);
  const of = `of ${sizes.images.toLocaleString('en')}`;
  const target = timesThePeer(20);
  const list = (id, title, query, more = {}) => measure(bench, results, { id, title, query, target, ...more });
  await list('list_member', `list 25 ${of}, member of one of ${PROJECTS} projects`, '');
  await list('list_admin', `list 25 ${of}, administrator`, '', { asAdmin: true });
  await list('list_property', `list by property ${of}, member`, `&group=${groupOf(7)}`);
  await list('list_tag', `list by tag ${of}, member`, '&tag=t3');
  await list('list_name', `list by name ${of}, administrator`, `&name=${nameOf(sizes.images >> 1)}`, { asAdmin: true });
}

async function measure({ services, sizes, connections }, results, { id, title, query, target, asAdmin = false }) {
  const found = await compare(services, sizes.runs, (service) =>
    putLoadOn(
      service,
      { path: `/v2/images?limit=25${query}`, token: asAdmin ? service.adminToken : seededProjectToken(service, 7) },
      { connections, seconds: sizes.seconds },
    ),
  );
  results.addMetric({ id, title, unit: 'req/s', target, limits: ['http_16'] }, found);
}

import { compare } from '../measuring/compare.mjs';
import { putLoadOn } from '../measuring/load.mjs';
import { groupOf, PROJECTS } from '../seed/seeded-images.mjs';
import { PostgresServer } from '../service/postgres-server.mjs';
import { seededProjectToken } from '../service/seed.mjs';
import { startSeeded } from '../service/seeded-service.mjs';

const LISTS = [
  { id: 'member', who: `member of one of ${PROJECTS} projects`, query: '' },
  { id: 'property', who: 'member, by property', query: `&group=${groupOf(7)}` },
  { id: 'admin', who: 'administrator', query: '', asAdmin: true },
];

/** The same lists out of read models in PostgreSQL and in SQLite. */
export async function measureDatabases(bench, results) {
  if (!PostgresServer.isInstalled()) {
    console.error('  ! PostgreSQL is not installed: left out');
    return;
  }
  const server = await PostgresServer.start(bench.children);
  const services = [];
  try {
    const connection = await server.createDatabase('bench');
    services.push(await seededService(bench, { role: 'sqlite', title: 'SQLite', environment: {} }));
    const environment = { OS_DATABASE__CONNECTION: connection };
    services.push(await seededService(bench, { role: 'postgresql', title: 'PostgreSQL', environment }));
    for (const list of LISTS) await measure(bench, results, list, services);
  } finally {
    for (const service of services) await service.stop();
    await server.stop();
  }
}

async function seededService(bench, { role, title, environment }) {
  const images = bench.sizes.listedImages;
  console.error(`  ${images.toLocaleString('en')} images in ${title} ...`);
  const { service } = await startSeeded(bench, { role: `in-${role}`, images, environment });
  return Object.assign(service, { role, title });
}

async function measure({ sizes, connections }, results, { id, who, query, asAdmin = false }, services) {
  const found = await compare(services, sizes.runs, (service) => {
    const token = asAdmin ? service.adminToken : seededProjectToken(service, 7);
    return putLoadOn(service, { path: `/v2/images?limit=25${query}`, token }, { connections, seconds: sizes.seconds });
  });
  for (const { role, title } of services) {
    const metric = `list 25 of ${sizes.listedImages.toLocaleString('en')}, ${who}, ${title}`;
    results.addMetric({ id: `database_${role}_${id}`, title: metric, unit: 'req/s' }, { hindsight: found[role] });
  }
}

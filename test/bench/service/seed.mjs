import { PROJECTS, projectName, seededImage } from '../seed/seeded-images.mjs';

const CONNECTIONS = 16;
const ROLES = ['member', 'reader'];

/** Makes seeded images through the API until there are as many as wanted; what an earlier run left at a peer counts. */
export async function seed(service, wanted) {
  const marked = { bench: 'seed', visibility: 'all' };
  let next = await service.countImages(marked, service.adminToken);
  if (next >= wanted) return;
  console.error(`  ${service.name}: ${wanted - next} more images of ${PROJECTS} projects ...`);
  const work = async () => {
    while (next < wanted) await createSeeded(service, seededImage(next++));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
}

/** A token of a member of one of the projects that own seeded images. */
export const seededProjectToken = (service, number) => service.tokenFor(projectName(number), ROLES);

async function createSeeded(service, { owner, name, visibility, diskFormat, properties, tags, members }) {
  const token = service.tokenFor(owner, visibility === 'public' ? ['admin', ...ROLES] : ROLES);
  const fields = { name, visibility, disk_format: diskFormat, tags, ...properties };
  const id = await service.createImage(fields, token);
  for (const { memberId, accepted } of members) {
    await service.call('POST', `/v2/images/${id}/members`, { member: memberId }, token);
    if (!accepted) continue;
    const memberToken = service.tokenFor(memberId, ROLES);
    await service.call('PUT', `/v2/images/${id}/members/${memberId}`, { status: 'accepted' }, memberToken);
  }
}

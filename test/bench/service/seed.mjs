const CONNECTIONS = 16;
const GROUPS = 100;
const SEEDED = { bench: 'seed' };

const seedImage = (index) => ({
  name: `seed-${String(index).padStart(6, '0')}`,
  group: `g${index % GROUPS}`,
  os_distro: 'debian',
  tags: [`t${index % 7}`],
  ...SEEDED,
});

/** Makes images through the API until there are as many as wanted; what an earlier run left at a peer counts. */
export async function seed(service, wanted) {
  let next = await service.countImages(SEEDED);
  if (next >= wanted) return;
  console.error(`  ${service.name}: ${wanted - next} more images ...`);
  const work = async () => {
    while (next < wanted) await service.createImage(seedImage(next++));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
}

/** Names and properties that seeded images have, for filters that find something. */
export const someSeedName = (wanted) => seedImage(wanted >> 1).name;
export const someSeedGroup = () => seedImage(7).group;

import { createHash } from 'node:crypto';

/** What a seeded service holds: images of many projects in every visibility, with properties, tags and members. */
export const PROJECTS = 50;
const FORMATS = ['raw', 'qcow2', 'vmdk', 'iso'];
const DISTRIBUTIONS = ['debian', 'fedora', 'ubuntu', 'arch'];
const GROUPS = 100;
/** Out of a hundred images: most belong to their project alone, few are for everybody. */
const VISIBILITY_SHARES = [
  ['private', 70],
  ['shared', 24],
  ['community', 3],
  ['public', 3],
];
const FIRST_CREATED_AT = Date.parse('2026-01-01T00:00:00Z');

export const projectName = (number) => `project-${String(number % PROJECTS).padStart(2, '0')}`;
export const nameOf = (number) => `seed-${String(number).padStart(7, '0')}`;
export const groupOf = (number) => `g${number % GROUPS}`;

/** The image with this number, always the same one. */
export function seededImage(number) {
  const owner = projectName(number);
  const visibility = visibilityOf(Math.floor(number / PROJECTS));
  return {
    id: idOf(number),
    owner,
    name: nameOf(number),
    visibility,
    diskFormat: FORMATS[number % FORMATS.length],
    properties: { group: groupOf(number), os_distro: DISTRIBUTIONS[number % DISTRIBUTIONS.length], bench: 'seed' },
    tags: [`t${number % 7}`],
    members: visibility === 'shared' ? membersOf(number) : [],
    sizeBytes: (number * 7919) % 1_000_000_000,
    createdAt: new Date(FIRST_CREATED_AT + number * 20).toISOString(),
  };
}

function visibilityOf(number) {
  let rest = (number * 37) % 100;
  for (const [visibility, share] of VISIBILITY_SHARES) {
    if (rest < share) return visibility;
    rest -= share;
  }
  throw new Error('the shares do not add up to a hundred');
}

/** One project has accepted the image, the other one has not looked yet. */
const membersOf = (number) => [
  { memberId: projectName(number + 1), accepted: true },
  { memberId: projectName(number + 2), accepted: false },
];

function idOf(number) {
  const digits = createHash('md5').update(`seed ${number}`).digest('hex');
  const groups = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `8${digits.slice(17, 20)}`];
  return [...groups, digits.slice(20)].join('-');
}

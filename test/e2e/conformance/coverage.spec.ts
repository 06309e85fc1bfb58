import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** How many cases each group of the conformance catalogue has; the ids count from 01. */
const CATALOGUE = {
  ...{
    DISC: 13,
    COM: 26,
    CRE: 40,
    LST: 61,
    SHO: 8,
    PAT: 40,
    DEL: 11,
    DAT: 26,
    DWN: 18,
    STG: 10,
    IMP: 42,
    ACT: 8,
    MEM: 28,
  },
  ...{ TAG: 10, LOC: 33, DST: 6, INF: 7, CAC: 12, TSK: 13, SCH: 8, PRP: 8, HID: 2, CLI: 6 },
};

const idsOf = (group: string, first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, index) => `${group}-${String(first + index).padStart(2, '0')}`);

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const TITLE = /\(\s*['"`]([A-Z]{3,4}-\d\d) /g;

const executedIds = async (): Promise<string[]> => {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.spec.ts'));
  const sources = await Promise.all(files.map((name) => readFile(`${FOLDER}/${name}`, 'utf8')));
  return sources.flatMap((source) => [...source.matchAll(TITLE)].map((match) => match[1]!));
};

describe('coverage of the conformance catalogue', () => {
  const all = Object.entries(CATALOGUE).flatMap(([group, count]) => idsOf(group, 1, count));

  afterAll(async () => {
    const executed = new Set(await executedIds());
    // Not console: jest would print where it was called, too.
    process.stderr.write(`CONFORMANCE: ${executed.size} of ${all.length} cases executed\n`);
  });

  it('every case is executed, and there are no others', async () => {
    expect([...new Set(await executedIds())].toSorted()).toEqual(all.toSorted());
  });
});

import { randomUUID } from 'node:crypto';
import { printVerification } from '../../../src/cli/verify.js';
import { ImageHouse, recordLines } from './image-house.js';

const PROJECT = 'project project-1';

describe('hindsight verify, of what projects take', () => {
  let house: ImageHouse;
  beforeEach(async () => (house = await ImageHouse.open()));
  afterEach(() => house.close());

  const problems = async (): Promise<readonly (readonly [check: string, subject: string, problem: string])[]> => {
    const { lines, print } = recordLines();
    await printVerification(house.backend, true, print);
    return lines
      .slice(0, -1)
      .map((line) => JSON.parse(line))
      .map(({ check, subject, problem }) => [check, subject, problem] as const);
  };
  const usage = () => house.backend.database.writer;
  const projected = () => house.backend.projections.catchUp();

  beforeEach(async () => {
    await house.createImage('queued');
    await house.upload(await house.createImage('active'), 'twelve bytes');
    await house.upload(await house.createImage('twin'), 'twelve bytes');
    await house.delete(await house.createImage('deleted'));
    await projected();
    expect(await problems()).toEqual([]);
  });

  it('finds every counter that is not what a fresh count says', async () => {
    await usage()
      .updateTable('image_usage')
      .set({ images: 4, stored_bytes: 23, staged_bytes: -1, uploading: 7 })
      .execute();
    const says = (stored: number, what: string, counted: number) =>
      ['usage', PROJECT, `the usage of the project says ${stored} for ${what}, a fresh count ${counted}`] as const;
    expect(await problems()).toEqual([
      says(4, 'its images', 3),
      says(23, 'the bytes in stores', 24),
      says(-1, 'the bytes in the staging area', 0),
      says(7, 'its images that get data', 0),
    ]);
  });

  it('finds that the counters of a project are missing, and those of one that has no images', async () => {
    await usage().updateTable('image_usage').set({ owner: 'nobody', uploading: 1 }).execute();
    const found = await problems();
    expect(new Set(found.map(([, subject]) => subject))).toEqual(new Set(['project nobody', PROJECT]));
    expect(found).toContainEqual([
      'usage',
      PROJECT,
      'the usage of the project says 0 for the bytes in stores, a fresh count 24',
    ]);
  });

  it('counts what is uploaded and imported just now', async () => {
    await house.startUpload(await house.createImage(), randomUUID());
    await house.requestImport(await house.createImage(), randomUUID());
    await projected();
    expect((await problems()).filter(([check]) => check === 'usage')).toEqual([]);
    await usage().updateTable('image_usage').set({ uploading: 0 }).execute();
    expect((await problems()).filter(([check]) => check === 'usage')).toHaveLength(1);
  });

  it('says nothing of what has changed since the events were read', async () => {
    const { backend } = house;
    // The image comes when the log has been read already, and before anything is compared.
    let isLate = true;
    const projections = {
      catchUp: async (position: bigint) => {
        if (isLate) {
          isLate = false;
          await house.upload(await house.createImage('late'), 'twelve bytes');
        }
        await backend.projections.catchUp(position);
        await backend.projections.catchUp();
      },
    };
    expect(await printVerification({ ...backend, projections }, true, () => undefined)).toBe(0);
    expect(isLate).toBe(false);
  });

  it('is mended by a rebuild', async () => {
    await usage().updateTable('image_usage').set({ stored_bytes: 1 }).execute();
    expect(await problems()).toHaveLength(1);
    await house.backend.projections.rebuild('image-details');
    expect(await problems()).toEqual([]);
  });
});

import Database from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reconciledBy } from '../../../src/cli/reconcile/reconciled-by.js';
import { printReconciliation } from '../../../src/cli/reconcile.js';
import { uploadLease } from '../../../src/modules/images/commands/upload-claim.js';
import { ImageHouse, recordLines } from './image-house.js';

const TWELVE = 'twelve bytes';

describe('hindsight reconcile', () => {
  let house: ImageHouse;
  beforeEach(async () => {
    house = await ImageHouse.open((dataDir) => ({
      OS_DEFAULT__ENABLED_BACKENDS: 'local:file,second:file',
      OS_GLANCE_STORE__DEFAULT_BACKEND: 'local',
      OS_LOCAL__FILESYSTEM_STORE_DATADIR: join(dataDir, 'images'),
      OS_SECOND__FILESYSTEM_STORE_DATADIR: join(dataDir, 'second'),
    }));
  });
  afterEach(() => house.close());

  const run = async (fix = false) => {
    const { lines, print } = recordLines();
    const remaining = await printReconciliation(reconciledBy(house.backend), fix, true, print);
    const objects = lines.map((line) => JSON.parse(line));
    return { remaining, findings: objects.slice(0, -1), summary: objects.at(-1) };
  };
  const checks = async () => (await run()).findings.map(({ check }) => check);

  /** An active image whose bytes are in both stores. */
  const imageInTwoStores = async () => {
    const imageId = await house.createImage();
    const first = await house.upload(imageId, TWELVE);
    const { url: second } = await house.store(imageId, randomUUID(), TWELVE, 'second');
    await house.addLocation(imageId, 'second', second, TWELVE.length);
    return { imageId, first, second };
  };
  const urlsOf = async (imageId: string) => {
    await house.backend.projections.catchUp();
    return (await house.backend.images.find(imageId))?.locations.map(({ url }) => url);
  };

  it('finds nothing where all is well, and says so', async () => {
    await imageInTwoStores();
    const deleted = await house.createImage();
    await house.upload(deleted, TWELVE);
    await house.delete(deleted);
    expect(await run()).toEqual({ remaining: 0, findings: [], summary: { findings: 0, repaired: 0 } });
    const { lines, print } = recordLines();
    await printReconciliation(reconciledBy(house.backend), false, false, print);
    expect(lines).toEqual(['0 findings, 0 repaired']);
  });

  describe('bytes without an image', () => {
    it.each([
      ['that never was', () => Promise.resolve(randomUUID())],
      ['that has none', () => house.createImage()],
      ['that has others', async () => (await imageInTwoStores()).imageId],
    ])('are found and removed: of an image %s', async (_, prepare) => {
      const imageId = await prepare();
      const hasData = (await urlsOf(imageId))?.length === 2;
      if (hasData) house.leaveUnfinished(imageId, 'dead');
      else await house.store(imageId, randomUUID(), TWELVE);
      expect(await run()).toMatchObject({ remaining: 1, findings: [{ check: hasData ? 'unfinished' : 'orphan' }] });
      expect(await run(true)).toMatchObject({ remaining: 0, findings: [{ repaired: true }], summary: { repaired: 1 } });
      expect((await run()).findings).toEqual([]);
    });

    it('are told apart from what is deleted and waits for the scrubber', async () => {
      const imageId = await house.createImage();
      await house.upload(imageId, TWELVE);
      await house.delete(imageId, '2999-01-01T00:00:00.000Z');
      expect((await run(true)).findings).toEqual([]);
    });

    it('are told apart from those of living uploads and unended imports', async () => {
      const [uploading, importing] = [await house.createImage(), await house.createImage()];
      const [uploadId, taskId] = [randomUUID(), randomUUID()];
      await house.backend.leases.acquire(uploadLease(uploadId), uploadId, 60_000);
      await house.startUpload(uploading, uploadId);
      await house.requestImport(importing, taskId);
      await house.store(uploading, uploadId, 'readable before the event');
      await house.store(importing, taskId, 'readable before the event');
      house.leaveUnfinished(importing, taskId);
      expect((await run(true)).findings).toEqual([]);
      await house.backend.leases.release(uploadLease(uploadId), uploadId);
      expect(await run(true)).toMatchObject({ remaining: 0, findings: [{ check: 'orphan', repaired: true }] });
    });

    it.each([
      ['export', 'success', []],
      ['export', 'open', []],
      ['export', 'failure', ['orphan']],
      ['import', 'success', ['orphan']],
    ] as const)('stand under the id of a task when it exports: %s, %s', async (type, end, expected) => {
      const taskId = randomUUID();
      await house.addTask(taskId, type, end);
      await house.store(taskId, taskId, TWELVE);
      expect(await checks()).toEqual(expected);
    });

    it('that are unfinished belong to their task until it ends', async () => {
      const [open, ended] = [randomUUID(), randomUUID()];
      await house.addTask(open, 'export', 'open');
      await house.addTask(ended, 'export', 'failure');
      for (const taskId of [open, ended]) house.leaveUnfinished(taskId, taskId);
      expect((await run()).findings).toMatchObject([{ check: 'unfinished', subject: expect.stringContaining(ended) }]);
    });

    it('are left alone while somebody works in their place', async () => {
      const imageId = await house.createImage();
      await house.store(imageId, randomUUID(), TWELVE);
      await house.backend.leases.acquire(uploadLease(imageId), 'another one', 60_000);
      expect(await run(true)).toMatchObject({ remaining: 1, findings: [{ repaired: false }] });
    });

    it('are left alone when the events of their image cannot be read', async () => {
      const imageId = await house.createImage();
      await house.upload(imageId, TWELVE);
      const database = new Database(join(house.dataDir, 'events.sqlite'));
      database.prepare(`UPDATE events SET type = 'ImageTeleported' WHERE revision = 2`).run();
      database.close();
      const { remaining, findings } = await run(true);
      expect(remaining).toBe(2);
      expect(findings).toMatchObject([
        { check: 'event', repaired: false },
        { check: 'orphan', repaired: false, outcome: expect.stringContaining('cannot be read') },
      ]);
    });
  });

  describe('an image without its bytes', () => {
    it('loses the location, when another one has them', async () => {
      const { imageId, first, second } = await imageInTwoStores();
      rmSync(fileURLToPath(first));
      expect(await run()).toMatchObject({ remaining: 1, findings: [{ check: 'location' }] });
      expect(await run(true)).toMatchObject({ remaining: 0, findings: [{ repaired: true }] });
      expect(await urlsOf(imageId)).toEqual([second]);
      expect((await run()).findings).toEqual([]);
    });

    it('loses also what stands there instead', async () => {
      const { imageId, first, second } = await imageInTwoStores();
      truncateSync(fileURLToPath(first), 5);
      const { remaining, findings } = await run(true);
      expect([remaining, findings.map(({ check }) => check)]).toEqual([0, ['location', 'orphan']]);
      expect(await urlsOf(imageId)).toEqual([second]);
      expect(existsSync(fileURLToPath(first))).toBe(false);
    });

    it('is beyond repair when no other location has them', async () => {
      const { imageId, first, second } = await imageInTwoStores();
      for (const url of [first, second]) rmSync(fileURLToPath(url));
      const { remaining, findings } = await run(true);
      expect(remaining).toBe(2);
      expect(findings[0]).toMatchObject({ repaired: false, outcome: 'no other location has the data' });
      expect(await urlsOf(imageId)).toEqual([first, second]);
    });

    it('keeps a location in a store that is not configured', async () => {
      const imageId = await house.createImage();
      const url = await house.upload(imageId, TWELVE);
      await house.addLocation(imageId, 'elsewhere', 'file:///elsewhere/x', TWELVE.length);
      expect(await run(true)).toMatchObject({ remaining: 1, findings: [{ check: 'location', repaired: false }] });
      expect(await urlsOf(imageId)).toEqual([url, 'file:///elsewhere/x']);
    });
  });

  it('prints findings and what was done about them as text, too', async () => {
    const imageId = randomUUID();
    await house.store(imageId, randomUUID(), TWELVE);
    const { lines, print } = recordLines();
    await printReconciliation(reconciledBy(house.backend), true, false, print);
    expect(lines).toEqual([
      expect.stringMatching(`^orphan: image ${imageId} in store local: .*: repaired, they were removed$`),
      '1 findings, 1 repaired',
    ]);
  });
});

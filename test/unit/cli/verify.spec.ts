import Database from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printVerification } from '../../../src/cli/verify.js';
import { uploadLease } from '../../../src/modules/images/commands/upload-claim.js';
import { propertyTrait, tagTrait } from '../../../src/projections/images/image-traits.js';
import { ImageHouse, recordLines } from './image-house.js';

describe('hindsight verify', () => {
  let house: ImageHouse;
  beforeEach(async () => (house = await ImageHouse.open()));
  afterEach(() => house.close());

  const verify = async () => {
    const { lines, print } = recordLines();
    const count = await printVerification(house.backend, true, print);
    const objects = lines.map((line) => JSON.parse(line));
    return { count, findings: objects.slice(0, -1), summary: objects.at(-1) };
  };

  const alterLog = (statement: string, ...values: readonly unknown[]): void => {
    const database = new Database(join(house.dataDir, 'events.sqlite'));
    try {
      expect(database.prepare(statement).run(...values).changes).toBe(1);
    } finally {
      database.close();
    }
  };

  it('finds nothing where all is well: queued, active and deleted images', async () => {
    await house.createImage('queued');
    await house.upload(await house.createImage('active'), 'twelve bytes');
    await house.delete(await house.createImage('deleted'));
    expect(await verify()).toEqual({
      count: 0,
      findings: [],
      summary: { events: 6, images: 3, findings: 0, waiting_for_scrubbing: 0 },
    });
  });

  it('checks the streams of tasks as it goes by', async () => {
    const imageId = await house.createImage();
    const [one, other] = [randomUUID(), randomUUID()];
    await house.addTask(one, 'import', 'success');
    await house.addTask(other, 'import', 'success');
    await house.import(imageId, one, 'twelve bytes');
    expect((await verify()).findings).toEqual([]);
    alterLog(`UPDATE events SET type = 'TaskTeleported' WHERE stream = ? AND revision = 0`, `task-${other}`);
    expect((await verify()).findings).toContainEqual(
      expect.objectContaining({ check: 'event', subject: `task-${other}#0` }),
    );
  });

  it('finds an event in the stream of an image that does not happen to images', async () => {
    const imageId = await house.createImage();
    await house.addMember(imageId, 'project-2');
    await house.backend.projections.catchUp();
    alterLog(
      `UPDATE events SET type = 'TaskStarted', data = '{}' WHERE stream = ? AND revision = 1`,
      `image-${imageId}`,
    );
    expect((await verify()).findings).toContainEqual(
      expect.objectContaining({ check: 'event', problem: 'UnknownEventType: TaskStarted does not happen to images' }),
    );
  });

  it('prints findings and a summary as text, too', async () => {
    const imageId = await house.createImage();
    await house.store(imageId, randomUUID(), 'nobody asked for this');
    const { lines, print } = recordLines();
    expect(await printVerification(house.backend, false, print)).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(`^orphan: image ${imageId} in store local: no image has these bytes`),
      '1 events of 1 images, 1 findings',
    ]);
  });

  it('finds an event that was altered, by the chain of hashes', async () => {
    const imageId = await house.createImage('original');
    await house.addMember(imageId, 'project-2');
    await house.backend.projections.catchUp();
    alterLog(
      `UPDATE events SET data = replace(data, 'original', 'forged') WHERE stream = ? AND revision = 0`,
      `image-${imageId}`,
    );
    const { findings } = await verify();
    expect(findings).toContainEqual({
      check: 'chain',
      subject: `image-${imageId}#1`,
      problem: 'it does not carry the hash of the event before it',
    });
    expect(findings).toContainEqual({
      check: 'read_model',
      subject: `image ${imageId}`,
      problem: 'the read model differs from the events in name',
    });
  });

  it('finds an event that was removed', async () => {
    const imageId = await house.createImage();
    await house.addMember(imageId, 'project-2');
    await house.addMember(imageId, 'project-3');
    await house.backend.projections.catchUp();
    alterLog('DELETE FROM events WHERE stream = ? AND revision = 1', `image-${imageId}`);
    expect((await verify()).findings).toContainEqual(
      expect.objectContaining({ check: 'chain', problem: 'revision 2 stands where 1 should' }),
    );
  });

  it('finds an event that cannot be decoded, and goes on with other images', async () => {
    const imageId = await house.createImage();
    const other = await house.createImage();
    await house.backend.projections.catchUp();
    alterLog('UPDATE events SET type = ? WHERE stream = ?', 'ImageTeleported', `image-${imageId}`);
    await house.store(other, randomUUID(), 'bytes');
    const { findings } = await verify();
    expect(findings.map(({ check }) => check).sort()).toEqual(['event', 'orphan']);
    expect(findings[0].problem).toContain('UnknownEventType');
  });

  it('says that the read models cannot follow such a log, and goes on with the stores', async () => {
    const imageId = await house.createImage();
    alterLog('UPDATE events SET type = ? WHERE stream = ?', 'ImageTeleported', `image-${imageId}`);
    await house.store(imageId, randomUUID(), 'bytes');
    const { findings, summary } = await verify();
    expect(findings.map(({ check }) => check)).toEqual(['event', 'read_model', 'orphan']);
    expect(summary).toMatchObject({ events: 1, images: 1, findings: 3 });
  });

  it('says where the log stops when it cannot be read at all', async () => {
    const imageId = await house.createImage();
    await house.backend.projections.catchUp();
    alterLog('UPDATE events SET data = ? WHERE stream = ?', '{"torn', `image-${imageId}`);
    expect((await verify()).findings).toEqual([expect.objectContaining({ check: 'log', subject: 'after position 0' })]);
  });

  it('finds rows of the read model that are missing, different, or explained by no event', async () => {
    const [missing, different] = [await house.createImage('missing'), await house.createImage('different')];
    await house.backend.projections.catchUp();
    const images = house.backend.database.writer;
    await images.deleteFrom('images').where('id', '=', missing).execute();
    const row = await images.selectFrom('images').selectAll().where('id', '=', different).executeTakeFirstOrThrow();
    const document = row.document.replace('"different"', '"altered"');
    await images.updateTable('images').set({ document }).where('id', '=', different).execute();
    const ghost = randomUUID();
    const ghostDocument = document.replace(different, ghost);
    await images
      .insertInto('images')
      .values({ ...row, id: ghost, document: ghostDocument })
      .execute();
    expect((await verify()).findings.map(({ subject, problem }) => [subject, problem])).toEqual([
      [`image ${missing}`, 'is missing in the read model'],
      [`image ${different}`, 'the read model differs from the events in name'],
      [`image ${ghost}`, 'stands in the read model, but its events say that it is not there'],
    ]);
  });

  it('finds rows by which lists would find an image wrongly', async () => {
    const [imageId, deleted] = [await house.createImage(), await house.createImage()];
    await house.addMember(imageId, 'project-2');
    await house.delete(deleted);
    await house.backend.projections.catchUp();
    const tables = house.backend.database.writer;
    await tables.updateTable('images').set({ listing: 1 }).execute();
    await tables.deleteFrom('image_members').execute();
    const left = { owner: '', visibility: 'public', listing: 0, created_at: 0, image_id: deleted };
    await tables
      .updateTable('image_traits')
      .set({ trait: propertyTrait('os', 'debian') })
      .execute();
    await tables
      .insertInto('image_traits')
      .values({ trait: tagTrait('left'), ...left })
      .execute();
    const rowsDiffer = 'lists find it by what it is not: the rows differ in';
    expect((await verify()).findings.map(({ subject, problem }) => [subject, problem])).toEqual([
      [`image ${imageId}`, `${rowsDiffer} images, image_traits, image_members`],
      [`image ${deleted}`, `${rowsDiffer} image_traits`],
    ]);
  });

  it('finds locations whose bytes are missing or of another size', async () => {
    const [gone, cut] = [await house.createImage(), await house.createImage()];
    rmSync(fileURLToPath(await house.upload(gone, 'twelve bytes')));
    truncateSync(fileURLToPath(await house.upload(cut, 'twelve bytes')), 5);
    const { findings } = await verify();
    expect(findings.map(({ check, subject }) => [check, subject])).toEqual([
      ['location', `image ${gone}`],
      ['location', `image ${cut}`],
    ]);
    expect(findings[0].problem).toContain('its data is missing in the store local');
    expect(findings[1].problem).toContain('5 bytes are stored, 12 should be');
  });

  it('does not mind bytes of a deleted image that wait for being scrubbed', async () => {
    const waiting = await house.createImage();
    await house.upload(waiting, 'twelve bytes');
    await house.delete(waiting);
    expect((await verify()).count).toBe(0);
  });

  it('counts the deleted images whose bytes nobody has removed yet', async () => {
    for (const scrubAfter of [null, '2999-01-01T00:00:00.000Z']) {
      const waiting = await house.createImage();
      await house.upload(waiting, 'twelve bytes');
      await house.delete(waiting, scrubAfter);
    }
    expect((await verify()).summary).toMatchObject({ findings: 0, waiting_for_scrubbing: 2 });
    const { lines, print } = recordLines();
    await printVerification(house.backend, false, print);
    expect(lines.at(-1)).toContain('0 findings, deleted images that wait for the scrubber: 2');
  });

  it('leaves alone what a living upload has under way', async () => {
    const imageId = await house.createImage();
    const uploadId = randomUUID();
    await house.backend.leases.acquire(uploadLease(uploadId), uploadId, 60_000);
    await house.startUpload(imageId, uploadId);
    await house.store(imageId, uploadId, 'readable before the event');
    expect((await verify()).findings).toEqual([]);
    await house.backend.leases.release(uploadLease(uploadId), uploadId);
    expect((await verify()).findings).toEqual([expect.objectContaining({ check: 'orphan' })]);
  });

  it('finds the unfinished bytes of an upload whose process is gone', async () => {
    const imageId = await house.createImage();
    const uploadId = randomUUID();
    await house.startUpload(imageId, uploadId);
    house.leaveUnfinished(imageId, uploadId);
    const { findings } = await verify();
    expect(findings).toEqual([
      expect.objectContaining({ check: 'unfinished', subject: `image ${imageId} in store local` }),
    ]);
    await house.backend.leases.acquire(uploadLease(uploadId), uploadId, 60_000);
    expect((await verify()).findings).toEqual([]);
  });
});

import { randomUUID } from 'node:crypto';
import { printHistory } from '../../../src/cli/history.js';
import { ImageHouse, recordLines } from './image-house.js';

describe('hindsight history', () => {
  let house: ImageHouse;
  beforeEach(async () => (house = await ImageHouse.open()));
  afterEach(() => house.close());

  const textOf = async (imageId: string): Promise<string> => {
    const { lines, print } = recordLines();
    await printHistory(house.backend, imageId, false, print);
    return lines.join('\n');
  };

  const entriesOf = async (imageId: string): Promise<any[]> => {
    const { lines, print } = recordLines();
    await printHistory(house.backend, imageId, true, print);
    return lines.map((line) => JSON.parse(line));
  };

  it('tells of each event when it was, which, and who caused it by which request', async () => {
    const imageId = await house.createImage();
    expect(await textOf(imageId)).toMatch(
      /^\d{4}-\d\d-\d\dT\S+Z +#0 +ImageCreated +user alice {2}project project-1 {2}request req-1$/m,
    );
    expect(await entriesOf(imageId)).toMatchObject([
      {
        revision: 0,
        event: 'ImageCreated',
        user_id: 'alice',
        project_id: 'project-1',
        roles: ['member'],
        request_id: 'req-1',
      },
    ]);
  });

  it('tells what changed from what to what, under the names of the Image API', async () => {
    const imageId = await house.createImage('old');
    await house.change(
      imageId,
      { kind: 'set_field', field: 'name', value: 'new' },
      { kind: 'set_field', field: 'minDiskGb', value: 5 },
      { kind: 'set_field', field: 'protected', value: true },
      { kind: 'remove_property', name: 'os_distro' },
      { kind: 'set_property', name: 'hw_machine', value: 'q35', when: 'any' },
    );
    await house.addMember(imageId, 'project-2');
    const changes = (await entriesOf(imageId)).slice(1).flatMap((entry) => entry.changes);
    expect(changes).toEqual(
      expect.arrayContaining([
        { field: 'name', from: 'old', to: 'new' },
        { field: 'min_disk', from: 0, to: 5 },
        { field: 'protected', from: false, to: true },
        { field: 'property os_distro', from: 'cirros', to: null },
        { field: 'property hw_machine', from: null, to: 'q35' },
        { field: 'member project-2', from: null, to: 'pending' },
      ]),
    );
    expect(changes).toHaveLength(6);
    expect(await textOf(imageId)).toMatch(/^ {4}name +old -> new$/m);
  });

  it('follows data from upload to deletion, and says why an upload failed', async () => {
    const imageId = await house.createImage();
    const uploadId = randomUUID();
    await house.startUpload(imageId, uploadId);
    await house.failUpload(imageId, uploadId, 'the client left');
    await house.upload(imageId, 'twelve bytes');
    await house.delete(imageId);
    const statuses = (await entriesOf(imageId)).map(({ event, reason, changes }) => {
      const { from, to } = changes.find(({ field }: { field: string }) => field === 'status');
      return [event, from, to, reason];
    });
    expect(statuses).toEqual([
      ['ImageCreated', null, 'queued', undefined],
      ['ImageUploadStarted', 'queued', 'saving', undefined],
      ['ImageUploadFailed', 'saving', 'queued', 'the client left'],
      ['ImageUploadStarted', 'queued', 'saving', undefined],
      ['ImageDataStored', 'saving', 'active', undefined],
      ['ImageDeleted', 'active', 'deleted', undefined],
    ]);
    expect(await textOf(imageId)).toContain('because: the client left');
  });

  it('follows an import from store to store, and says what it has found out and what failed', async () => {
    const imageId = await house.createImage();
    await house.import(imageId, 'task-1', 'twelve bytes');
    const told = (await entriesOf(imageId)).slice(1).map(({ event, changes, reason }) => {
      const fields = changes.map(({ field, to }: { field: string; to: unknown }) => [field, to]);
      return [event, Object.fromEntries(fields), reason];
    });
    expect(told).toEqual([
      ['ImageImportRequested', { import_task: 'task-1' }, undefined],
      ['ImageImportStarted', { status: 'importing', importing_to_stores: ['local', 'remote'] }, undefined],
      ['ImagePropertiesChanged', { 'property os_type': 'linux' }, undefined],
      ['ImageImportedToStore', expect.objectContaining({ size: 12, importing_to_stores: ['remote'] }), undefined],
      ['ImageImportActivated', { status: 'active' }, undefined],
      ['ImageImportToStoreFailed', { importing_to_stores: null, failed_import: ['remote'] }, 'the store is full'],
      ['ImageImportCompleted', { import_task: null }, undefined],
    ]);
  });

  it('shows control characters escaped, so that a name cannot steer the terminal', async () => {
    const imageId = await house.createImage('evil\u001b[2J\nfake');
    expect(await textOf(imageId)).toContain('evil\\u001b[2J\\u000afake');
  });

  it('prints nothing and says so when there never was such an image', async () => {
    const { lines, print } = recordLines();
    expect(await printHistory(house.backend, randomUUID(), false, print)).toBe(false);
    expect(lines).toEqual([]);
  });
});

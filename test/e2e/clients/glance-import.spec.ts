import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithBackend } from '../../support/backends.js';
import { eventually } from '../../support/eventually.js';
import { GlanceCommand, RAW, rowsOf, tableOf } from '../../support/glance-command.js';
import { isInstalled } from '../../support/run-command.js';
import { LOCAL_WEB_SERVERS, twoFileStores } from '../../support/service-options.js';
import { patternOf, WebServer } from '../../support/web-server.js';

const BYTES = patternOf(300_000, 'disk');

describeWithBackend('glanceclient that imports', isInstalled('glance'), () => {
  let glance: GlanceCommand;
  let web: WebServer;
  let disk: string;

  beforeAll(async () => {
    const environment = (dataDir: string) => ({ ...twoFileStores(dataDir), ...LOCAL_WEB_SERVERS });
    [glance, web] = await Promise.all([GlanceCommand.start({ environment }, 'none'), WebServer.start()]);
    disk = join(glance.folder, 'disk');
    await writeFile(disk, BYTES);
  });
  afterAll(() => Promise.all([glance.remove(), web.stop()]));

  const asDemo = (...args: string[]): Promise<string> => glance.asDemo(...args);
  const asAdmin = (...args: string[]): Promise<string> => glance.asAdmin(...args);
  const show = async (id: string): Promise<Record<string, string>> => tableOf(await asDemo('image-show', id));
  const create = async (...args: string[]): Promise<string> =>
    tableOf(await asDemo('image-create-via-import', '--name', 'imported', ...RAW, ...args))['id']!;

  const queued = async (): Promise<string> =>
    tableOf(await asDemo('image-create', '--name', 'imported', ...RAW))['id']!;

  const imported = (id: string): Promise<Record<string, string>> =>
    eventually(async () => {
      const image = await show(id);
      if (image['status'] !== 'active' || 'os_glance_import_task' in image) throw new Error(JSON.stringify(image));
      return image;
    });

  const expectDownload = (id: string): Promise<void> => glance.expectDownload('hindsight-demo', id, BYTES);

  it('learns which methods and stores there are', async () => {
    const methods = (await asDemo('import-info')).replaceAll(/[\s|]/g, '');
    for (const method of ['glance-direct', 'web-download', 'copy-image']) expect(methods).toContain(`"${method}"`);
    const stores = await asDemo('stores-info');
    expect(stores).toContain('fast');
    expect(stores).toContain('slow');
  });

  it('creates an image by import of a file', async () => {
    const id = await create('--import-method', 'glance-direct', '--file', disk);
    expect(await imported(id)).toMatchObject({ size: String(BYTES.length), stores: 'fast' });
    await expectDownload(id);
  });

  it('creates an image by import from the web into all stores', async () => {
    const uri = web.serve('/all', { bytes: BYTES });
    const id = await create('--import-method', 'web-download', '--uri', uri, '--all-stores', 'True');
    expect((await imported(id))['stores']!.split(',').sort()).toEqual(['fast', 'slow']);
    await expectDownload(id);
  });

  it('stages a file and imports it into a store', async () => {
    const id = await queued();
    await asDemo('image-stage', '--file', disk, id);
    expect((await show(id))['status']).toBe('uploading');
    await asDemo('image-import', '--import-method', 'glance-direct', '--stores', 'slow', id);
    expect((await imported(id))['stores']).toBe('slow');
    await expectDownload(id);
  });

  it('imports from the web, and shows the task of the image', async () => {
    const id = await queued();
    const uri = web.serve('/one', { bytes: BYTES });
    await asDemo('image-import', '--import-method', 'web-download', '--uri', uri, id);
    await imported(id);
    await eventually(async () => {
      const [task] = rowsOf(await asDemo('--verbose', 'image-tasks', id));
      expect(task).toEqual(expect.arrayContaining([id, 'success']));
    });
  });

  it('copies an image to another store, if it is the admin', async () => {
    const id = await create('--import-method', 'glance-direct', '--file', disk);
    await imported(id);
    const copy = ['image-import', '--import-method', 'copy-image', '--stores', 'slow', id];
    expect(await glance.fails('hindsight-demo', ...copy)).toContain('403 Forbidden');
    await asAdmin(...copy);
    await eventually(async () => expect((await show(id))['stores']!.split(',').sort()).toEqual(['fast', 'slow']));
  });

  it('reads why an import is refused, and why one has failed', async () => {
    const id = await queued();
    const metadata = ['image-import', '--import-method', 'web-download', '--uri', 'http://169.254.169.254/', id];
    expect(await glance.fails('hindsight-demo', ...metadata)).toContain('does not pass filtering');
    await asDemo('image-import', '--import-method', 'web-download', '--uri', web.url('/missing'), id);
    await eventually(async () => expect(await asDemo('image-tasks', id)).toMatch(/status 404 +\| failure/));
    expect((await show(id))['status']).toBe('queued');
  });

  it('creates, lists and shows tasks, if it is the admin', async () => {
    const uri = web.serve('/task', { bytes: BYTES });
    const input = {
      import_from: uri,
      import_from_format: 'raw',
      image_properties: { name: 'task', disk_format: 'raw' },
    };
    const args = ['task-create', '--type', 'import', '--input', JSON.stringify(input)];
    expect(await glance.fails('hindsight-demo', ...args)).toContain('403 Forbidden');
    const { id } = tableOf(await asAdmin(...args)) as { id: string };
    const task = await eventually(async () => {
      const shown = tableOf(await asAdmin('task-show', id));
      expect(shown['status']).toBe('success');
      return shown;
    });
    expect(task).toMatchObject({ type: 'import', result: expect.stringContaining('image_id'), message: '' });
    const listed = rowsOf(await asAdmin('task-list', '--type', 'import', '--status', 'success', '--page-size', '1'));
    expect(listed.map(([taskId]) => taskId)).toContain(id);
    expect(rowsOf(await asAdmin('task-list', '--status', 'failure')).map(([taskId]) => taskId)).not.toContain(id);
  });
});

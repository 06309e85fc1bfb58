import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithBackend } from '../../support/backends.js';
import { loginVariables } from '../../support/cloud.js';
import { eventually } from '../../support/eventually.js';
import { expectSuccess, isInstalled, runCommand } from '../../support/run-command.js';
import type { CommandResult } from '../../support/run-command.js';
import { Service } from '../../support/service.js';
import { patternOf, WebServer } from '../../support/web-server.js';

const BYTES = patternOf(300_000, 'disk');
const RAW = ['--disk-format', 'raw', '--container-format', 'bare'];

/** Without standard input: the client would take it for the data of the image. */
const WITHOUT_INPUT = 'exec glance "$@" <&-';

/** The cells of a printed table, without its head. */
const rowsOf = (printed: string): readonly (readonly string[])[] =>
  printed
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.slice(1, -1).split('|'))
    .map((cells) => cells.map((cell) => cell.trim()))
    .slice(1);

const tableOf = (printed: string): Record<string, string> =>
  Object.fromEntries(rowsOf(printed).map(([name, ...values]) => [name, values.join('|')]));

describeWithBackend('glanceclient that imports', isInstalled('glance'), () => {
  let service: Service;
  let web: WebServer;
  let folder: string;
  let disk: string;

  beforeAll(async () => {
    [folder, web] = await Promise.all([mkdtemp(join(tmpdir(), 'hindsight-client-')), WebServer.start()]);
    disk = join(folder, 'disk');
    await writeFile(disk, BYTES);
    service = await Service.start({ environment: importing(web) });
  });
  afterAll(async () => {
    await Promise.all([service.remove(), web.stop()]);
    await rm(folder, { recursive: true });
  });

  const runAs = async (cloud: string, ...args: string[]): Promise<CommandResult> =>
    runCommand('sh', ['-c', WITHOUT_INPUT, 'sh', ...args], {
      HOME: folder,
      ...(await loginVariables(service, cloud)),
    });
  const asDemo = async (...args: string[]): Promise<string> => expectSuccess(await runAs('hindsight-demo', ...args));
  const asAdmin = async (...args: string[]): Promise<string> => expectSuccess(await runAs('hindsight', ...args));
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

  const expectDownload = async (id: string): Promise<void> => {
    const saved = join(folder, id);
    await asDemo('image-download', '--file', saved, id);
    expect((await readFile(saved)).equals(BYTES)).toBe(true);
  };

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
    const refused = await runAs('hindsight-demo', ...copy);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain('403 Forbidden');
    await asAdmin(...copy);
    await eventually(async () => expect((await show(id))['stores']!.split(',').sort()).toEqual(['fast', 'slow']));
  });

  it('reads why an import is refused, and why one has failed', async () => {
    const id = await queued();
    const metadata = ['image-import', '--import-method', 'web-download', '--uri', 'http://169.254.169.254/', id];
    const refused = await runAs('hindsight-demo', ...metadata);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain('does not pass filtering');
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
    const refused = await runAs('hindsight-demo', ...args);
    expect(refused.stderr).toContain('403 Forbidden');
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

/** Two stores, and fetches from this machine. */
const importing = (web: WebServer) => (dataDir: string) => ({
  OS_HINDSIGHT__FETCH_LOCAL_NETWORKS: '127.0.0.0/8',
  OS_IMPORT_FILTERING_OPTS__ALLOWED_PORTS: `[80,${web.port}]`,
  OS_DEFAULT__ENABLED_BACKENDS: 'fast:file,slow:file',
  OS_GLANCE_STORE__DEFAULT_BACKEND: 'fast',
  OS_FAST__FILESYSTEM_STORE_DATADIR: join(dataDir, 'fast'),
  OS_SLOW__FILESYSTEM_STORE_DATADIR: join(dataDir, 'slow'),
});

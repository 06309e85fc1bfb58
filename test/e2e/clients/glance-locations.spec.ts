import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithBackend } from '../../support/backends.js';
import { loginVariables } from '../../support/cloud.js';
import { expectSuccess, isInstalled, runCommand } from '../../support/run-command.js';
import type { CommandResult } from '../../support/run-command.js';
import { Service } from '../../support/service.js';
import { patternOf, WebServer } from '../../support/web-server.js';

const BYTES = patternOf(100_000, 'located');
const RAW = ['--disk-format', 'raw', '--container-format', 'bare'];

/** Without standard input: the client would take it for the data of the image. */
const WITHOUT_INPUT = 'exec glance "$@" <&-';

const tableOf = (printed: string): Record<string, string> =>
  Object.fromEntries(
    printed
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .filter((cells) => cells.length >= 4)
      .map((cells) => [cells[1]!, cells[2]!]),
  );

/** What was printed, without the lines and spaces by which the client wraps long values. */
const unwrapped = (printed: string): string => printed.replaceAll(/[\s|]/g, '');

describeWithBackend('glanceclient that looks after stores and locations', isInstalled('glance'), () => {
  let service: Service;
  let web: WebServer;
  let folder: string;
  let disk: string;

  beforeAll(async () => {
    [folder, web] = await Promise.all([mkdtemp(join(tmpdir(), 'hindsight-client-')), WebServer.start()]);
    disk = join(folder, 'disk');
    await writeFile(disk, BYTES);
    service = await Service.start({ environment: withLocations(web) });
  });
  afterAll(async () => {
    await Promise.all([service.remove(), web.stop()]);
    await rm(folder, { recursive: true });
  });

  const run = async (cloud: string, ...args: string[]): Promise<CommandResult> =>
    runCommand('sh', ['-c', WITHOUT_INPUT, 'sh', ...args], {
      HOME: folder,
      ...(await loginVariables(service, cloud)),
    });
  const asAdmin = async (...args: string[]): Promise<string> => expectSuccess(await run('hindsight', ...args));
  const fails = async (cloud: string, ...args: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(cloud, ...args);
    expect(exitCode).not.toBe(0);
    return stdout + stderr;
  };
  const show = async (id: string): Promise<Record<string, string>> => tableOf(await asAdmin('image-show', id));
  const queued = async (): Promise<string> =>
    tableOf(await asAdmin('image-create', '--name', 'located', ...RAW))['id']!;
  const expectDownload = async (id: string): Promise<void> => {
    const saved = join(folder, id);
    await asAdmin('image-download', '--file', saved, id);
    expect((await readFile(saved)).equals(BYTES)).toBe(true);
  };

  it('sees the stores in detail, if it is the admin', async () => {
    const printed = unwrapped(await asAdmin('stores-info', '--detail'));
    for (const said of ['"id":"slow"', '"type":"http"', '"data_dir"']) expect(printed).toContain(said);
    expect(await fails('hindsight-demo', 'stores-info', '--detail')).toContain('403 Forbidden');
  });

  it('uploads into a store, and does not delete the only copy from it', async () => {
    const id = await queued();
    await asAdmin('image-upload', '--file', disk, '--store', 'slow', id);
    expect(await show(id)).toMatchObject({ status: 'active', stores: 'slow', size: String(BYTES.length) });
    expect(await fails('hindsight', 'stores-delete', '--store', 'slow', id)).toMatch(
      /Unable to delete image .* from store 'slow'/,
    );
    await expectDownload(id);
  });

  it('deletes one of two copies from its store', async () => {
    const id = await queued();
    await asAdmin('image-upload', '--file', disk, '--store', 'slow', id);
    await asAdmin('location-add', '--url', web.serve('/copy', { bytes: BYTES }), id);
    expect((await show(id))['stores']).toBe('slow,web');
    expect(await fails('hindsight', 'stores-delete', '--store', 'fast', id)).toContain('not found');
    await asAdmin('stores-delete', '--store', 'slow', id);
    expect((await show(id))['stores']).toBe('web');
    await expectDownload(id);
  });

  it('adds, describes and removes locations', async () => {
    const id = await queued();
    const [first, second] = ['/first', '/second'].map((path) => web.serve(path, { bytes: BYTES })) as [string, string];
    const added = await asAdmin('location-add', '--url', first, '--metadata', '{"shelf": "one"}', id);
    expect(tableOf(added)['status']).toBe('active');
    expect(unwrapped(added)).toContain(`"url":"${first}","metadata":{"shelf":"one"`);
    await asAdmin('location-add', '--url', second, id);
    const described = unwrapped(
      await asAdmin('location-update', '--url', second, '--metadata', '{"shelf": "two"}', id),
    );
    expect(described).toContain(`"url":"${first}","metadata":{"shelf":"one"`);
    expect(described).toContain(`"url":"${second}","metadata":{"shelf":"two"`);
    await asAdmin('location-delete', '--url', first, id);
    const left = unwrapped(await asAdmin('image-show', id));
    expect(left).toContain(`"url":"${second}"`);
    expect(left).not.toContain(first);
    await expectDownload(id);
  });
});

/** Two stores of files and one of web servers, whose locations are shown and changed. */
const withLocations = (web: WebServer) => (dataDir: string) => ({
  OS_HINDSIGHT__FETCH_LOCAL_NETWORKS: '127.0.0.0/8',
  OS_IMPORT_FILTERING_OPTS__ALLOWED_PORTS: `[80,${web.port}]`,
  OS_DEFAULT__SHOW_MULTIPLE_LOCATIONS: 'true',
  OS_DEFAULT__ENABLED_BACKENDS: 'fast:file,slow:file,web:http',
  OS_GLANCE_STORE__DEFAULT_BACKEND: 'fast',
  OS_FAST__FILESYSTEM_STORE_DATADIR: join(dataDir, 'fast'),
  OS_SLOW__FILESYSTEM_STORE_DATADIR: join(dataDir, 'slow'),
});

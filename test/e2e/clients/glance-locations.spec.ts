import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithBackend } from '../../support/backends.js';
import { GlanceCommand, RAW, tableOf, unwrapped } from '../../support/glance-command.js';
import { isInstalled } from '../../support/run-command.js';
import { LOCAL_WEB_SERVERS, twoFileStores, WITH_WEB_LOCATIONS } from '../../support/service-options.js';
import { patternOf, WebServer } from '../../support/web-server.js';

const BYTES = patternOf(100_000, 'located');

describeWithBackend('glanceclient that looks after stores and locations', isInstalled('glance'), () => {
  let glance: GlanceCommand;
  let web: WebServer;
  let disk: string;

  beforeAll(async () => {
    [glance, web] = await Promise.all([GlanceCommand.start({ environment: withLocations }, 'none'), WebServer.start()]);
    disk = join(glance.folder, 'disk');
    await writeFile(disk, BYTES);
  });
  afterAll(() => Promise.all([glance.remove(), web.stop()]));

  const asAdmin = (...args: string[]): Promise<string> => glance.asAdmin(...args);
  const fails = (cloud: string, ...args: string[]): Promise<string> => glance.fails(cloud, ...args);
  const show = async (id: string): Promise<Record<string, string>> => tableOf(await asAdmin('image-show', id));
  const queued = async (): Promise<string> =>
    tableOf(await asAdmin('image-create', '--name', 'located', ...RAW))['id']!;
  const expectDownload = (id: string): Promise<void> => glance.expectDownload('hindsight', id, BYTES);

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
const withLocations = (dataDir: string) => ({
  ...twoFileStores(dataDir),
  ...LOCAL_WEB_SERVERS,
  ...WITH_WEB_LOCATIONS,
});

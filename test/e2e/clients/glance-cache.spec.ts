import { join } from 'node:path';
import { describeWithBackend } from '../../support/backends.js';
import { eventually } from '../../support/eventually.js';
import { GlanceCommand, RAW, rowsOf, tableOf } from '../../support/glance-command.js';
import { isInstalled } from '../../support/run-command.js';

describeWithBackend('glanceclient with an image cache', isInstalled('glance'), () => {
  let client: GlanceCommand;

  beforeAll(async () => {
    client = await GlanceCommand.start({
      environment: (dataDir) => ({ OS_DEFAULT__IMAGE_CACHE_DIR: join(dataDir, 'cache') }),
    });
  });
  afterAll(() => client.remove());

  const glance = (...args: string[]): Promise<string> => client.asAdmin(...args);

  const createImage = async (): Promise<string> => {
    return tableOf(await glance('image-create', '--name', 'cached', ...RAW, '--file', 'package.json'))['id']!;
  };

  /** The row of an image in the list of the cache, once it is cached. */
  const cachedRow = (id: string): Promise<readonly string[]> =>
    eventually(async () => {
      const row = rowsOf(await glance('cache-list')).find(([cell]) => cell === id);
      expect(row?.[1]).toBe('cached');
      return row!;
    }, 60_000);

  it('queues an image, sees it cached, and removes it', async () => {
    const id = await createImage();
    await glance('cache-queue', id);
    expect(await cachedRow(id)).toContain('0');
    await glance('image-download', '--file', join(client.folder, 'downloaded'), id);
    const row = rowsOf(await glance('cache-list')).find(([cell]) => cell === id);
    expect(row).toContain('1');
    await glance('cache-delete', id);
    expect(await glance('cache-list')).not.toContain(id);
  });

  it('clears the cache', async () => {
    const id = await createImage();
    await glance('cache-queue', id);
    await cachedRow(id);
    await glance('cache-clear', '--target', 'queue');
    expect(await glance('cache-list')).toContain(id);
    await glance('cache-clear', '--target', 'cache');
    expect(rowsOf(await glance('cache-list'))).toEqual([]);
  });

  it('is refused to those who are no administrators', async () => {
    expect(await client.fails('hindsight-demo', 'cache-list')).toContain('403');
  });
});

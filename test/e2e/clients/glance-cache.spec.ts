import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithBackend } from '../../support/backends.js';
import { loginVariables } from '../../support/cloud.js';
import { eventually } from '../../support/eventually.js';
import { expectSuccess, isInstalled, runCommand } from '../../support/run-command.js';
import type { CommandResult } from '../../support/run-command.js';
import { Service } from '../../support/service.js';

/** The rows of a printed table, without its head. */
const rowsOf = (printed: string): string[][] =>
  printed
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describeWithBackend('glanceclient with an image cache', isInstalled('glance'), () => {
  let service: Service;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hindsight-client-'));
    service = await Service.start({
      environment: (dataDir) => ({ OS_DEFAULT__IMAGE_CACHE_DIR: join(dataDir, 'cache') }),
    });
  });
  afterAll(async () => {
    await service.remove();
    await rm(folder, { recursive: true });
  });

  const run = async (cloud: string, ...args: string[]): Promise<CommandResult> =>
    runCommand('glance', args, { HOME: folder, ...(await loginVariables(service, cloud)) });
  const glance = async (...args: string[]): Promise<string> => expectSuccess(await run('hindsight', ...args));

  const createImage = async (): Promise<string> => {
    const formats = ['--disk-format', 'raw', '--container-format', 'bare'];
    const printed = await glance('image-create', '--name', 'cached', ...formats, '--file', 'package.json');
    return rowsOf(printed).find(([name]) => name === 'id')![1]!;
  };

  /** The row of an image in the list of the cache, once it is cached. */
  const cachedRow = (id: string): Promise<string[]> =>
    eventually(async () => {
      const row = rowsOf(await glance('cache-list')).find(([cell]) => cell === id);
      expect(row?.[1]).toBe('cached');
      return row!;
    }, 60_000);

  it('queues an image, sees it cached, and removes it', async () => {
    const id = await createImage();
    await glance('cache-queue', id);
    expect(await cachedRow(id)).toContain('0');
    await glance('image-download', '--file', join(folder, 'downloaded'), id);
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
    const answer = await run('hindsight-demo', 'cache-list');
    expect(answer.exitCode).not.toBe(0);
    expect(answer.stdout + answer.stderr).toContain('403');
  });
});

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { expectSuccess } from './run-command.js';
import type { Service } from './service.js';

/** What stands below a folder, files and folders alike, but for the places that are always there. */
async function contentOf(folder: string): Promise<string[]> {
  const paths = await readdir(folder, { recursive: true });
  return paths.filter((path) => path !== '.tasks' && path !== '.unfinished');
}

const stagingOf = (service: Service): string => join(service.dataDir, 'staging');

/**
 * Demands that all bytes belong to an image and all images have theirs, that the log makes sense, and that no task has left
 * a file in the staging area, nor will.
 */
export async function expectNothingLeft(service: Service, staging = stagingOf(service)): Promise<void> {
  await eventually(async () => expect(await contentOf(staging)).toEqual([]));
  const [reconciled, verified] = await Promise.all([service.command('reconcile'), service.command('verify')]);
  expect(reconciled).toEqual({ exitCode: 0, stdout: '0 findings, 0 repaired\n', stderr: '' });
  expect(verified).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/, 0 findings\n$/) });
}

type HistoryEntry = Readonly<{ event: string; user_id: string; reason?: string; changes: readonly unknown[] }>;

/** What `hindsight history` tells of an image. */
export async function historyOf(service: Service, imageId: string): Promise<readonly HistoryEntry[]> {
  const stdout = expectSuccess(await service.command('history', imageId, '--json'));
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as HistoryEntry);
}

export const eventsOf = async (service: Service, imageId: string): Promise<readonly string[]> =>
  (await historyOf(service, imageId)).map(({ event }) => event);

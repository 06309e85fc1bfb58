import { expectStatus } from './expectations.js';
import { eventually } from './eventually.js';
import type { ImageSession } from './image-session.js';

/** Limits only end tests that have failed. */
const LIMIT_MS = 120_000;

/** POST /import of an image, whatever the answer. */
export const requestImport = (session: ImageSession, imageId: string, body: unknown, headers = {}) =>
  session.post(`/v2/images/${imageId}/import`, body, headers);

/** Asks for a web-download into an image and gives the id of its task. */
export async function importFromWeb(session: ImageSession, imageId: string, uri: string, more = {}): Promise<string> {
  const { checksum, ...rest } = more as { checksum?: unknown };
  const method = { name: 'web-download', uri, ...(checksum !== undefined && { checksum }) };
  expectStatus(await requestImport(session, imageId, { method, ...rest }), 202);
  return taskOf(session, imageId);
}

/** The newest task of an image. */
export async function taskOf(session: ImageSession, imageId: string): Promise<string> {
  const { tasks } = expectStatus(await session.get(`/v2/images/${imageId}/tasks`), 200).json;
  return tasks[0].id;
}

/** Waits until the newest task of the image has ended, and gives its row. */
export async function endOfImport(session: ImageSession, imageId: string): Promise<any> {
  return eventually(async () => {
    const { tasks } = expectStatus(await session.get(`/v2/images/${imageId}/tasks`), 200).json;
    const [task] = tasks;
    if (task === undefined || !['success', 'failure'].includes(task.status))
      throw new Error(`the task of image ${imageId} is ${task?.status ?? 'not there'}`);
    return task;
  }, LIMIT_MS);
}

/** Waits until a task has ended, and gives it in full; needs an administrator. */
export async function endOfTask(admin: ImageSession, taskId: string): Promise<any> {
  return eventually(async () => {
    const task = expectStatus(await admin.get(`/v2/tasks/${taskId}`), 200).json;
    if (!['success', 'failure'].includes(task.status)) throw new Error(`task ${taskId} is ${task.status}`);
    return task;
  }, LIMIT_MS);
}

/** Creates a task and gives its id; needs an administrator. */
export async function createTask(admin: ImageSession, type: string, input: unknown): Promise<string> {
  return expectStatus(await admin.post('/v2/tasks', { type, input }), 201).json.id;
}

/** Waits for a status of an image. */
export async function imageBecomes(session: ImageSession, imageId: string, status: string): Promise<any> {
  return eventually(async () => {
    const image = await session.show(imageId);
    if (image.status !== status) throw new Error(`image ${imageId} is ${image.status}`);
    return image;
  }, LIMIT_MS);
}

import type { ImageSession } from './image-session.js';

/** Demands that an image waits for data, and shows nothing of what it may have been sent. */
export async function expectQueuedWithoutData(session: ImageSession, id: string): Promise<void> {
  expect(await session.show(id)).toMatchObject({
    status: 'queued',
    size: null,
    checksum: null,
    os_hash_algo: null,
    os_hash_value: null,
  });
}

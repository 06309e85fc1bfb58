import type { ServerResponse } from 'node:http';
import type { StoredBytes } from '../../../stores/image-store.js';

/**
 * Sends data whose length has been announced, and ends the response. When the client goes away, the store fails midway or
 * has fewer bytes than it should, the connection is cut: there is no status left to send, and the client must notice.
 * @returns the bytes sent, which are fewer when the store had no more; null when it was broken off
 */
export async function sendData(
  data: StoredBytes,
  lengthBytes: number,
  response: ServerResponse,
): Promise<number | null> {
  const sentBytes = await send(data, response);
  if (sentBytes === lengthBytes) response.end();
  else response.destroy();
  return sentBytes;
}

async function send(data: StoredBytes, response: ServerResponse): Promise<number | null> {
  let sentBytes = 0;
  try {
    for await (const chunk of data) {
      await write(response, chunk);
      sentBytes += chunk.byteLength;
    }
  } catch {
    return null;
  }
  return sentBytes;
}

/** Resolves when the chunk's memory may be used again: the kernel has all of it. Rejects when the client went away. */
function write(response: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = (): void => reject(new Error('The client went away'));
    response.once('close', onClose);
    response.write(chunk, (error) => {
      response.off('close', onClose);
      if (error) reject(error);
      else resolve();
    });
    if (response.destroyed) onClose();
  });
}

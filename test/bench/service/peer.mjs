import { listenersOf } from '../measuring/process-tree.mjs';
import { UsageError } from '../settings.mjs';
import { ImageService } from './image-service.mjs';

/** @throws UsageError when nobody answers there */
export async function connectToPeer({ url, name, token, memberToken, pids }) {
  const found = pids.length > 0 ? pids : listenersOf(Number(new URL(url).port || 80));
  const peer = new ImageService({ role: 'peer', name, url, adminToken: token, memberToken, pids: () => found });
  try {
    await peer.call('GET', '/v2/images?limit=1');
  } catch (error) {
    throw new UsageError(`The peer at ${url} cannot be measured: ${error.message}`);
  }
  if (found.length === 0) throw new UsageError(`No local process listens for ${url}: set BENCH_PEER_PID.`);
  return peer;
}

import type { EventStore } from '../../events/event-store.js';
import type { ConsumerCheckpoints } from './consumer.js';

/** How far a consumer has come; `lag` is the distance to the end of the log in positions. */
export type ConsumerLag = Readonly<{ name: string; checkpoint: bigint; lastPosition: bigint; lag: bigint }>;

export async function consumerLags(
  names: readonly string[],
  eventStore: Pick<EventStore, 'lastPosition'>,
  checkpoints: Pick<ConsumerCheckpoints, 'load'>,
): Promise<readonly ConsumerLag[]> {
  if (names.length === 0) return [];
  const lastPosition = await eventStore.lastPosition();
  return Promise.all(
    names.map(async (name) => {
      const checkpoint = await checkpoints.load(name);
      const lag = lastPosition > checkpoint ? lastPosition - checkpoint : 0n;
      return { name, checkpoint, lastPosition, lag };
    }),
  );
}

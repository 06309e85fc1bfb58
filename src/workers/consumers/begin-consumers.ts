import type { EventStore } from '../../events/event-store.js';
import type { ConsumerCheckpoints } from './consumer.js';

/**
 * Notes where consumers begin that have never begun: behind all that has happened so far. Every process does so before it
 * lets anybody in, so that nothing is missed that happens while no worker runs yet.
 */
export async function beginConsumers(
  names: readonly string[],
  eventStore: Pick<EventStore, 'lastPosition'>,
  checkpoints: Pick<ConsumerCheckpoints, 'begin'>,
): Promise<void> {
  if (names.length === 0) return;
  const position = await eventStore.lastPosition();
  for (const name of names) await checkpoints.begin(name, position);
}

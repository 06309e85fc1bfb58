import type { AnyEvent } from '../../events/event-codec.js';
import type { EventStore } from '../../events/event-store.js';
import type { Leases } from '../../kernel/lease.js';
import type { ReadModelDatabase } from '../../projections/database/read-model-database.js';
import type { ImageReadModel } from '../../projections/images/image-details.read-model.js';
import type { MetadefReadModel } from '../../projections/metadefs/metadef.read-model.js';
import type { EventDecoder } from '../../projections/projection.js';
import type { ImageCache } from '../../stores/image-cache.js';
import type { ImageStores } from '../../stores/image-store.js';

/** What is compared with each other. */
export type Verified = Readonly<{
  eventStore: EventStore;
  codec: EventDecoder<AnyEvent>;
  database: ReadModelDatabase;
  projections: Readonly<{ catchUp(position: bigint): Promise<void> }>;
  images: ImageReadModel;
  metadefs: MetadefReadModel;
  leases: Leases;
  stores: ImageStores;
  cache: ImageCache | null;
}>;

import { randomUUID } from 'node:crypto';
import { EventCodec } from '../../../src/events/event-codec.js';
import { InMemoryEventStore } from '../../../src/events/adapters/in-memory/in-memory.event-store.js';
import { imageEvents } from '../../../src/events/contracts/image-events.js';
import type { ImageEvent } from '../../../src/events/contracts/image-events.js';
import type { RecordedEvent } from '../../../src/events/event-store.js';
import type { JsonObject } from '../../../src/kernel/json.js';
import { evolveImageDetails } from '../../../src/projections/images/image-details.projection.js';
import type { ImageDetails } from '../../../src/projections/images/image-details.read-model.js';
import { newEvent } from '../../support/new-event.js';

type DataOf<Type extends ImageEvent['type']> = Extract<ImageEvent, { type: Type }>['data'];
type Description = Partial<DataOf<'ImageCreated'>>;

const START = Date.parse('2026-03-01T12:00:00.000Z');

export const codec = EventCodec.of([imageEvents]);

export const storedData = (sizeBytes: number, url = `file:///images/${randomUUID()}`): DataOf<'ImageDataStored'> => ({
  uploadId: 'upload',
  location: { store: 'fast', url, metadata: {} },
  sizeBytes,
  virtualSizeBytes: null,
  checksum: 'a'.repeat(32),
  hashAlgorithm: 'sha512',
  hashValue: 'b'.repeat(128),
});

/** Writes what happens to images, one second apart unless a time is given. */
export class ImageHistory {
  readonly store = new InMemoryEventStore();
  private seconds = 0;

  async created(description: Description = {}): Promise<string> {
    const imageId = description.imageId ?? randomUUID();
    const createdAt = description.createdAt ?? this.nextTime();
    const data: DataOf<'ImageCreated'> = {
      owner: 'mine',
      name: null,
      visibility: 'shared',
      protected: false,
      hidden: false,
      diskFormat: null,
      containerFormat: null,
      minDiskGb: 0,
      minRamMb: 0,
      properties: {},
      tags: [],
      ...description,
      imageId,
      createdAt,
    };
    await this.append(imageId, 'ImageCreated', data, createdAt);
    return imageId;
  }

  /** An image with data. */
  async active(description: Description = {}, sizeBytes = 10): Promise<string> {
    const id = await this.created(description);
    await this.happened(id, 'ImageUploadStarted', { uploadId: 'upload', store: 'fast' });
    await this.happened(id, 'ImageDataStored', storedData(sizeBytes));
    return id;
  }

  /** A foreign image that is offered to a project, with the project's answer. */
  async offered(
    memberId: string,
    answer: 'pending' | 'accepted' | 'rejected',
    description: Description = {},
  ): Promise<string> {
    const id = await this.created({ owner: 'theirs', visibility: 'shared', ...description });
    await this.happened(id, 'ImageMemberAdded', { memberId });
    if (answer === 'accepted') await this.happened(id, 'ImageMemberAccepted', { memberId });
    if (answer === 'rejected') await this.happened(id, 'ImageMemberRejected', { memberId });
    return id;
  }

  happened<Type extends ImageEvent['type']>(
    id: string,
    type: Type,
    data: DataOf<Type>,
    at = this.nextTime(),
  ): Promise<bigint> {
    return this.append(id, type, data, at);
  }

  /** Something that no version of the program ever wrote. */
  unknown(): Promise<bigint> {
    return this.append(randomUUID(), 'ImageExploded', {}, this.nextTime());
  }

  /** The documents that the events say there are. */
  async documents(): Promise<ReadonlyMap<string, ImageDetails>> {
    const documents = new Map<string, ImageDetails | null>();
    for (const envelope of await this.store.readAll(0n, 1_000_000)) {
      const before = documents.get(envelope.stream) ?? null;
      documents.set(envelope.stream, evolveImageDetails(before, { event: codec.decode(envelope), envelope }));
    }
    return new Map([...documents.values()].flatMap((image) => (image === null ? [] : [[image.id, image] as const])));
  }

  recorded(): Promise<readonly RecordedEvent[]> {
    return this.store.readAll(0n, 1_000_000);
  }

  private async append(id: string, type: string, data: object, at: string): Promise<bigint> {
    const metadata = { ...newEvent().metadata, recordedAt: at };
    const event = newEvent({ type, data: data as JsonObject, metadata });
    const { position } = await this.store.append(`image-${id}`, 'any', [event]);
    return position;
  }

  private nextTime(): string {
    this.seconds += 1;
    return new Date(START + this.seconds * 1000).toISOString();
  }
}

import { metadefEvents } from '../../events/contracts/metadef-events.js';
import type { MetadefEvent } from '../../events/contracts/metadef-events.js';
import type { AnyEvent } from '../../events/event-codec.js';
import type { RecordedEvent } from '../../events/event-store.js';
import { namespaceDecider } from '../../modules/metadefs/domain/namespace.decider.js';
import type { MetadefResourceType, NamespaceDetails } from '../../projections/metadefs/metadef.read-model.js';
import type { EventDecoder } from '../../projections/projection.js';
import type { Finding } from './finding.js';
import { StreamCheck } from './stream-check.js';

type Registered = Readonly<{ position: number; data: MetadefResourceType }>;

/** What the stream of a namespace, or of a type of resources, says when it is read from its beginning. */
export class MetadefFold {
  private readonly check = new StreamCheck();
  private state = namespaceDecider.initialState;
  private revision = -1;
  private registered: Registered | null = null;

  constructor(readonly stream: string) {}

  /** Whether nothing can be concluded: an event cannot be read, or a rename waits for whoever comes next to finish it. */
  get undecided(): boolean {
    return this.check.broken || this.state.rename !== null;
  }

  get namespace(): NamespaceDetails | null {
    const { namespace } = this.state;
    return namespace === null ? null : { ...namespace, revision: this.revision };
  }

  /** The type of resources, and where it became known; null: it is not known (any more). */
  get type(): Registered | null {
    return this.registered;
  }

  add(envelope: RecordedEvent, decoder: EventDecoder<AnyEvent>): readonly Finding[] {
    return this.check.add(envelope, () => {
      const event = decoder.decode(envelope);
      this.revision = envelope.revision;
      if (isMetadefEvent(event)) this.evolve(event, Number(envelope.position));
    });
  }

  private evolve(event: MetadefEvent, position: number): void {
    if (event.type === 'MetadefResourceTypeRegistered') {
      this.registered = { position, data: event.data };
    } else if (event.type === 'MetadefResourceTypeRemoved') {
      this.registered = null;
    } else {
      this.state = namespaceDecider.evolve(this.state, event);
    }
  }
}

const isMetadefEvent = (event: AnyEvent): event is MetadefEvent => Object.hasOwn(metadefEvents, event.type);

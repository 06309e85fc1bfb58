import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import type { JsonObject } from '../kernel/json.js';
import type { Event, EventCatalogue, EventOf } from './contracts/event.js';
import type { NewEvent, RecordedEvent } from './event-store.js';
import { InvalidStoredEvent, UnknownEventSchema, UnknownEventType } from './events.errors.js';
import type { Upcaster } from './upcasters/upcaster.js';

/** Any event of any context. */
export type AnyEvent = Event<string, number, object>;

/** What the store keeps of an event's own content. */
export type EncodedEvent = Pick<NewEvent, 'type' | 'schemaVersion' | 'data'>;

type EventsOf<Catalogue> = Catalogue extends EventCatalogue ? EventOf<Catalogue> : never;

type Contract = Readonly<{
  schemaVersion: number;
  validate: ValidateFunction;
  /** At index n the upcaster from version n + 1. */
  upcasters: readonly Upcaster[];
}>;

/**
 * Stored JSON <-> typed event. Deciders and projections see the latest version of every event only.
 * Built once per set of catalogues; `EventCodec.of` derives the event type from them.
 */
export class EventCodec<E extends AnyEvent> {
  private readonly ajv = new Ajv();
  private readonly contracts = new Map<string, Contract>();

  /** @throws TypeError when a type stands in two catalogues, or a version has no upcaster to the next */
  constructor(catalogues: readonly EventCatalogue[], upcasters: readonly Upcaster[] = []) {
    for (const [type, { schemaVersion, data }] of catalogues.flatMap((catalogue) => Object.entries(catalogue))) {
      if (this.contracts.has(type)) throw new TypeError(`Two catalogues describe ${type}`);
      const chain = chainUpcasters(type, schemaVersion, upcasters);
      this.contracts.set(type, { schemaVersion, validate: this.ajv.compile(data), upcasters: chain });
    }
    const stray = upcasters.find(
      ({ type, fromVersion }) => fromVersion >= (this.contracts.get(type)?.schemaVersion ?? 0),
    );
    if (stray !== undefined)
      throw new TypeError(`Upcaster of ${stray.type} from version ${stray.fromVersion} leads nowhere`);
  }

  /** A codec for all events of these catalogues. */
  static of<Catalogue extends EventCatalogue>(
    catalogues: readonly Catalogue[],
    upcasters: readonly Upcaster[] = [],
  ): EventCodec<EventsOf<Catalogue>> {
    return new EventCodec(catalogues, upcasters);
  }

  /** @throws TypeError when the event does not keep its contract: that is a bug of whoever made it */
  encode(event: E): EncodedEvent {
    const { type, schemaVersion, data } = event;
    const contract = this.contracts.get(type);
    if (contract?.schemaVersion !== schemaVersion) {
      throw new TypeError(`There is no event ${type} version ${schemaVersion} to write`);
    }
    if (!contract.validate(data)) {
      throw new TypeError(`${type} breaks its contract: ${this.violations(contract)}`);
    }
    return { type, schemaVersion, data: data as JsonObject };
  }

  /**
   * @throws UnknownEventType, UnknownEventSchema when the event is newer than this program
   * @throws InvalidStoredEvent when its data is not what its type promises
   */
  decode(recorded: RecordedEvent): E {
    const contract = this.contracts.get(recorded.type);
    if (contract === undefined) {
      throw new UnknownEventType(`${describe(recorded)} has a type that is not known here`, detailsOf(recorded));
    }
    if (!isVersionUpTo(contract.schemaVersion, recorded.schemaVersion)) {
      const message = `${describe(recorded)} has schema version ${recorded.schemaVersion}, known are 1 to ${contract.schemaVersion}`;
      throw new UnknownEventSchema(message, detailsOf(recorded));
    }
    const data = upcast(recorded, contract);
    if (!contract.validate(data)) throw invalid(recorded, this.violations(contract));
    return { type: recorded.type, schemaVersion: contract.schemaVersion, data } as E;
  }

  private violations(contract: Contract): string {
    return this.ajv.errorsText(contract.validate.errors, { dataVar: 'data' });
  }
}

const chainUpcasters = (type: string, latest: number, upcasters: readonly Upcaster[]): readonly Upcaster[] =>
  Array.from({ length: latest - 1 }, (_, index) => {
    const [upcaster, ...others] = upcasters.filter((it) => it.type === type && it.fromVersion === index + 1);
    if (upcaster === undefined || others.length > 0) {
      throw new TypeError(`${type} needs exactly one upcaster from version ${index + 1}`);
    }
    return upcaster;
  });

const isVersionUpTo = (latest: number, version: number): boolean =>
  Number.isInteger(version) && version >= 1 && version <= latest;

const upcast = (recorded: RecordedEvent, { upcasters, schemaVersion }: Contract): JsonObject => {
  if (recorded.schemaVersion === schemaVersion) return recorded.data;
  try {
    return upcasters.slice(recorded.schemaVersion - 1).reduce((data, upcaster) => upcaster.upcast(data), recorded.data);
  } catch (error) {
    throw invalid(recorded, `data of version ${recorded.schemaVersion} cannot be read`, error);
  }
};

const invalid = (recorded: RecordedEvent, reason: string, cause?: unknown): InvalidStoredEvent =>
  new InvalidStoredEvent(`${describe(recorded)} is invalid: ${reason}`, detailsOf(recorded), { cause });

const describe = ({ type, stream, revision, position }: RecordedEvent): string =>
  `Event ${type} at revision ${revision} of stream ${stream} (position ${String(position)})`;

const detailsOf = ({ type, stream, revision, position }: RecordedEvent): Readonly<Record<string, unknown>> => ({
  type,
  stream,
  revision,
  position: String(position),
});

import type { Static, TObject } from 'typebox';

/** A fact in the past tense. `data` is JSON as stored: ISO 8601 UTC strings, bytes as numbers, hashes in lower-case hex. */
export type Event<Type extends string, Version extends number, Data extends object> = Readonly<{
  type: Type;
  schemaVersion: Version;
  data: Readonly<Data>;
}>;

/** The schema of one event type at its latest version. `description` of the schema is what docs/events.md prints. */
export type EventContract = Readonly<{ schemaVersion: number; data: TObject }>;

/** All event types of one context, by name. */
export type EventCatalogue = Readonly<Record<string, EventContract>>;

/** The union of the events that a catalogue describes. */
export type EventOf<Catalogue extends EventCatalogue> = {
  [Type in keyof Catalogue & string]: Event<Type, Catalogue[Type]['schemaVersion'], Static<Catalogue[Type]['data']>>;
}[keyof Catalogue & string];

import type { JsonObject } from '../../kernel/json.js';

/**
 * Turns the data of an event type from version `fromVersion` into that of version `fromVersion + 1`.
 * Pure, and never edited once released: stored events depend on it for ever.
 */
export type Upcaster = Readonly<{
  type: string;
  fromVersion: number;
  upcast: (data: JsonObject) => JsonObject;
}>;

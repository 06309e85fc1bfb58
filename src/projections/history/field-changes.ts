/** What an event did to one thing that can be shown; absent values are null. */
export type FieldChange = Readonly<{ field: string; from: unknown; to: unknown }>;

/** Which fields differ between two states, in the order in which they are shown. */
export function differences(
  from: ReadonlyMap<string, unknown>,
  to: ReadonlyMap<string, unknown>,
): readonly FieldChange[] {
  return [...new Set([...from.keys(), ...to.keys()])]
    .map((field) => ({ field, from: from.get(field) ?? null, to: to.get(field) ?? null }))
    .filter((change) => JSON.stringify(change.from) !== JSON.stringify(change.to));
}

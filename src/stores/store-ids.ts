const ID = /^[0-9A-Za-z_][0-9A-Za-z_-]{0,126}$/;

/** Whether a name can be an image's or an upload's id: safe as a file name, and without the dot that joins two of them. */
export const isStoreId = (name: string): boolean => ID.test(name);

/** Ids come from our own commands; anything else is a bug, not bad input. */
export function assertStoreIds(...ids: readonly string[]): void {
  for (const id of ids) if (!isStoreId(id)) throw new Error(`Not usable as an id in a store: ${JSON.stringify(id)}`);
}

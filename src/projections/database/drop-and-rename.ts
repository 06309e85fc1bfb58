import type { SchemaTransaction, TableReplacement } from './read-model-dialect.js';

/** Replaces tables where changes of the schema are part of the transaction. */
export const dropAndRename = async (
  { schema }: SchemaTransaction,
  replacements: readonly TableReplacement[],
): Promise<void> => {
  for (const { fresh, inUse } of replacements) {
    await schema.dropTable(inUse).ifExists().execute();
    await schema.alterTable(fresh).renameTo(inUse).execute();
  }
};

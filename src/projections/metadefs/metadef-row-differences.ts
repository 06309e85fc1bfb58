import type { ReadModelDatabase } from '../database/read-model-database.js';
import { sameRows } from '../database/same-rows.js';
import { associationRows, namespaceRow } from './metadef-rows.js';
import type { NamespaceDetails } from './metadef.read-model.js';

type Reader = Pick<ReadModelDatabase, 'reader'>;

/** Keys of all namespaces that any table says something of. */
export const storedNamespaceKeys = async ({ reader }: Reader): Promise<readonly string[]> => {
  const namespaces = await reader.selectFrom('metadef_namespaces').select('key').execute();
  const associations = await reader.selectFrom('metadef_associations').select('namespace_key').distinct().execute();
  return [...namespaces.map(({ key }) => key), ...associations.map(({ namespace_key: key }) => key)];
};

/**
 * Names the tables in which a namespace does not stand as it is: lists would show it where it does not belong.
 * @param namespace null for one that should stand nowhere
 */
export const namespaceTablesThatDiffer = async (
  { reader }: Reader,
  key: string,
  namespace: NamespaceDetails | null,
): Promise<readonly string[]> => {
  const [rows, associations] = [
    await reader.selectFrom('metadef_namespaces').selectAll().where('key', '=', key).execute(),
    await reader.selectFrom('metadef_associations').selectAll().where('namespace_key', '=', key).execute(),
  ];
  const expected = namespace === null ? [] : [namespaceRow(namespace)];
  const differing = sameRows(rows, expected, ['summary', 'content']) ? [] : ['metadef_namespaces'];
  const meant = namespace === null ? [] : associationRows(namespace);
  return sameRows(associations, meant, []) ? differing : [...differing, 'metadef_associations'];
};

/** What is stored of all types of resources, by key. */
export const storedTypes = async ({
  reader,
}: Reader): Promise<ReadonlyMap<string, Readonly<{ position: number; document: string }>>> => {
  const rows = await reader.selectFrom('metadef_resource_types').selectAll().execute();
  return new Map(rows.map(({ key, position, document }) => [key, { position, document }]));
};

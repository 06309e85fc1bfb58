import { ImageImportConflict, ImageImportRefused } from '../../images/domain/image.errors.js';
import type { ImageState } from '../../images/domain/image-state.js';
import { findStore } from '../../../stores/configured-stores.js';
import type { ImageStores } from '../../../stores/image-store.js';
import type { AskedImport } from './asked-import.js';

/**
 * Ids of the stores that an import brings the data to. None is left when a copy to all stores finds it everywhere.
 * @param multiple false: clients know of no stores, so that what they say of them has no meaning
 * @throws ImageImportRefused, ImageImportConflict for a store that is not there
 */
export function targetStores(
  asked: AskedImport,
  image: Pick<ImageState, 'locations'>,
  stores: ImageStores,
  multiple: boolean,
): readonly string[] {
  const everywhere = multiple && asked.allStores;
  const chosen = multiple ? chosenStores(asked, stores) : [defaultStore(stores)];
  if (asked.method !== 'copy-image') return chosen;
  const holding = chosen.filter((id) => image.locations.some(({ store }) => store === id));
  if (everywhere) return chosen.filter((id) => !holding.includes(id));
  if (holding[0] !== undefined)
    throw new ImageImportRefused(`Image is already present at store '${holding[0]}'`, { store: holding[0] });
  return chosen;
}

function chosenStores(asked: AskedImport, stores: ImageStores): readonly string[] {
  const { storeHeader, allStores } = asked;
  if (allStores && (asked.stores.length > 0 || storeHeader !== null))
    throw new ImageImportRefused("'all_stores' cannot be combined with named stores.");
  if (storeHeader !== null && asked.stores.length > 0)
    throw new ImageImportRefused("The header X-Image-Meta-Store cannot be combined with 'stores'.");
  if (allStores) return writableStores(stores);
  if (storeHeader !== null) return known([storeHeader], stores);
  return asked.stores.length > 0 ? known([...new Set(asked.stores)], stores) : [defaultStore(stores)];
}

function writableStores(stores: ImageStores): readonly string[] {
  const writable = [...stores.values()].filter(({ readOnly }) => !readOnly).map(({ id }) => id);
  if (writable.length === 0) throw new ImageImportRefused('No store can be written to.');
  return writable;
}

function known(ids: readonly string[], stores: ImageStores): readonly string[] {
  const unknown = ids.find((id) => !stores.has(id));
  if (unknown !== undefined) throw new ImageImportConflict(`Store '${unknown}' is not configured`, { store: unknown });
  return ids;
}

const defaultStore = (stores: ImageStores): string => findStore(stores, null).id;

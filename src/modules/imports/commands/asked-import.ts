import type { ImportRequest } from '../../../events/contracts/image-events.js';

/** An import as a client asks for it, well-formed, but not yet compared with the image, the stores and the rules. */
export type AskedImport = Readonly<{
  imageId: string;
  method: ImportRequest['method'];
  /** As it was sent, with credentials. */
  uri: string | null;
  checksum: ImportRequest['checksum'];
  remoteImage: Readonly<{ region: string | null; imageId: string | null; interface: string }>;
  /** Named one by one; empty when none was. */
  stores: readonly string[];
  /** Named in the header instead. */
  storeHeader: string | null;
  allStores: boolean;
  allStoresMustSucceed: boolean;
}>;

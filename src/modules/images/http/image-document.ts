import type { ImageVisibility } from '../../../events/contracts/image-events.js';

/** The base properties a client may send, after the image schema has accepted them. */
export type ImageDocument = Readonly<{
  id?: string;
  owner?: string | null;
  name?: string | null;
  visibility?: ImageVisibility;
  protected?: boolean;
  os_hidden?: boolean;
  disk_format?: string | null;
  container_format?: string | null;
  min_disk?: number;
  min_ram?: number;
  tags?: readonly string[];
}>;

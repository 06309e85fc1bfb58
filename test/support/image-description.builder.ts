import type { ImageDescription } from '../../src/modules/images/domain/image.commands.js';

/** A shared raw image of project-a; its formats are set, so that it can take data. */
export const imageDescription = (overrides: Partial<ImageDescription> = {}): ImageDescription => ({
  owner: 'project-a',
  name: 'debian',
  visibility: 'shared',
  protected: false,
  hidden: false,
  diskFormat: 'raw',
  containerFormat: 'bare',
  minDiskGb: 0,
  minRamMb: 0,
  properties: {},
  tags: [],
  ...overrides,
});

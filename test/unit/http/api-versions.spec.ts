import type { AppConfig } from '../../../src/config/app-config.js';
import { advertisedVersions } from '../../../src/http/api-versions.js';

describe('advertised versions', () => {
  const base = [7, 6, 5, 4, 3, 2, 1, 0];

  it.each([
    ['cache and stores', '/cache', true, 18, [18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, ...base]],
    ['cache only', '/cache', false, 18, [18, 17, 16, 15, 14, 9, ...base]],
    ['stores only', null, true, 17, [15, 13, 12, 11, 10, 9, 8, 17, ...base]],
    ['neither', null, false, 17, [15, 9, 17, ...base]],
  ])('with %s', (_case, imageCacheDir, multiple, current, minors) => {
    const versions = advertisedVersions({ api: { imageCacheDir }, stores: { multiple } } as AppConfig);
    expect(versions).toEqual(minors.map((minor) => ({ id: `v2.${minor}`, current: minor === current })));
  });
});

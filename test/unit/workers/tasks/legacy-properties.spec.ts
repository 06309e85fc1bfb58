import { parseLegacyProperties } from '../../../../src/workers/tasks/import/legacy-properties.js';

const FORMATS = { disk: ['raw', 'qcow2'], container: ['bare', 'ovf'] };
const parse = (given: Readonly<Record<string, unknown>>) => parseLegacyProperties(given, 'project', FORMATS);

describe('image_properties of an import task', () => {
  it('are those of a bare qcow2 when nothing is said', () => {
    expect(parse({})).toEqual({
      ...{ owner: 'project', name: null, visibility: 'shared', protected: false, hidden: false },
      ...{ diskFormat: 'qcow2', containerFormat: 'bare', minDiskGb: 0, minRamMb: 0, properties: {}, tags: [] },
    });
  });

  it('become fields where the API knows them, custom properties elsewhere', () => {
    const given = {
      name: 'n',
      disk_format: 'raw',
      min_disk: '3',
      tags: ['t'],
      protected: true,
      my: 'v',
      n: 1,
      b: false,
    };
    expect(parse(given)).toMatchObject({
      ...{ name: 'n', diskFormat: 'raw', minDiskGb: 3, tags: ['t'], protected: true },
      properties: { my: 'v', n: '1', b: 'false' },
    });
  });

  it('cannot name what the service fills itself', () => {
    const given = { id: 'i', owner: 'o', locations: 'l', status: 's', os_glance_import_task: 't', os_hash_value: 'h' };
    expect(parse(given)).toMatchObject({ owner: 'project', properties: {} });
  });

  it.each([
    [{ disk_format: 'vhd' }, "'disk_format' must be one of raw, qcow2"],
    [{ container_format: 1 }, "'container_format' must be a text"],
    [{ visibility: 'everybody' }, "'visibility' must be one of"],
    [{ min_disk: -1 }, "'min_disk' must be a whole number from 0"],
    [{ min_ram: 'x' }, "'min_ram' must be a whole number from 0"],
    [{ tags: 'a' }, "'tags' must be a list"],
    [{ tags: ['x'.repeat(256)] }, "'tags' must be a list"],
    [{ name: 'x'.repeat(256) }, "'name' must be a text of no more than 255"],
    [{ name: '\u{1F600}' }, 'Basic Multilingual Plane'],
    [{ a: '\0' }, 'Basic Multilingual Plane'],
    [{ a: {} }, "'a' must be a text, a number or a boolean"],
    [{ ['x'.repeat(256)]: 'v' }, 'a name is empty or too long'],
  ])('%j are refused', (given, message) => {
    expect(() => parse(given)).toThrow(message);
  });
});

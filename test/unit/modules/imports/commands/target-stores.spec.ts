import { targetStores } from '../../../../../src/modules/imports/commands/target-stores.js';
import { askedImport, threeStores } from '../../../../support/import-workbench.js';

const stores = threeStores();
const imageIn = (...ids: string[]) => ({ locations: ids.map((id) => ({ store: id, url: `x:${id}`, metadata: {} })) });

const targets = (asked: Parameters<typeof askedImport>[0], image = imageIn(), multiple = true) =>
  targetStores(askedImport(asked), image, stores, multiple);

const copy = { method: 'copy-image' } as const;

describe('the stores that an import goes to', () => {
  it.each([
    ['the default one when none is named', {}, ['fast']],
    ['the named ones, each once', { stores: ['slow', 'fast', 'slow'] }, ['slow', 'fast']],
    ['the one in the header', { storeHeader: 'slow' }, ['slow']],
    ['all that can be written to', { allStores: true }, ['fast', 'slow']],
    ['one that cannot be written to, if it is named', { stores: ['web'] }, ['web']],
  ])('are %s', (_which, asked, expected) => {
    expect(targets(asked)).toEqual(expected);
  });

  it.each([
    ['all stores and named ones', { allStores: true, stores: ['fast'] }],
    ['all stores and the header', { allStores: true, storeHeader: 'fast' }],
    ['named ones and the header', { stores: ['fast'], storeHeader: 'fast' }],
  ])('cannot be %s', (_which, asked) => {
    expect(() => targets(asked)).toThrow(expect.objectContaining({ code: 'image.import_refused' }));
  });

  it.each([{ stores: ['fast', 'nope'] }, { storeHeader: 'nope' }])('must exist, unlike those of %j', (asked) => {
    expect(() => targets(asked)).toThrow(expect.objectContaining({ code: 'image.import_conflict' }));
  });

  it('are those of a copy to all stores that do not have the data yet', () => {
    expect(targets({ ...copy, allStores: true }, imageIn('fast'))).toEqual(['slow']);
    expect(targets({ ...copy, allStores: true }, imageIn('slow', 'fast'))).toEqual([]);
  });

  it.each([
    ['a named one', { stores: ['slow', 'fast'] }],
    ['the default one, when none is named', {}],
  ])('do not have the data already, if it is copied to %s', (_which, asked) => {
    expect(() => targets({ ...copy, ...asked }, imageIn('fast'))).toThrow(
      expect.objectContaining({ code: 'image.import_refused', message: "Image is already present at store 'fast'" }),
    );
  });

  it('are the only one where clients know of none, whatever they say', () => {
    expect(targets({ allStores: true, stores: ['nope'], storeHeader: 'x' }, imageIn(), false)).toEqual(['fast']);
    expect(() => targets({ ...copy, allStores: true }, imageIn('fast'), false)).toThrow('already present');
  });
});

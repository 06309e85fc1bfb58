import type { Json } from '../../../../../src/kernel/json.js';
import { withDescriptions } from '../../../../../src/modules/images/http/described-locations.js';
import { parsePatch } from '../../../../../src/modules/images/http/patch-document.js';

const SAID = { validation_data: { os_hash_algo: 'sha512', os_hash_value: 'AB' }, note: [1] };
const at = (name: string, metadata: Record<string, Json> = {}) => ({ url: `http://host/${name}`, metadata });

/** The locations in the answer to a patch that found `known`. */
const answered = (known: Json[], ...operations: Json[]): unknown =>
  withDescriptions({ id: 'i', locations: known }, parsePatch('2.1', operations))['locations'];

const added = (value: Json): Json => ({ op: 'add', path: '/locations/-', value });

describe('locations in the answer to the patch that brought them', () => {
  it('are shown with all that was said of them', () => {
    const known = [at('a', { store: 'web' }), at('b', { rack: '7', store: 'web' })];
    const value = { ...at('b', { rack: '7' }), ...SAID };
    expect(answered(known, added(value))).toEqual([known[0], { ...known[1], ...SAID }]);
  });

  it('are recognised by their metadata where they have one URL, with or without the name of the store', () => {
    const known = [at('a', { rack: '1' }), at('a', { rack: '2', store: 'web' })];
    const value = { ...at('a', { rack: '2', store: 'web' }), ...SAID };
    expect(answered(known, added(value))).toEqual([known[0], { ...known[1], ...SAID }]);
  });

  it('are shown so when all were replaced', () => {
    const value = [{ ...at('a'), one: 1 }, at('b')];
    expect(answered([at('a'), at('b')], { op: 'replace', path: '/locations', value })).toEqual(value);
  });

  it('keep their own ids and states to themselves', () => {
    expect(answered([at('a')], added({ ...at('a'), id: 7, status: 'x', more: 1 }))).toEqual([{ ...at('a'), more: 1 }]);
  });

  it('stay as they are when others are removed, or something else is changed', () => {
    const operations = [
      { op: 'remove', path: '/locations/0' },
      { op: 'add', path: '/name', value: 'x' },
    ];
    expect(answered([at('a')], ...operations)).toEqual([at('a')]);
  });
});

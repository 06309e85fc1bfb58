import { ImageModel, newData } from '../../support/chaos/image-model.js';
import { Possibilities, tick } from '../../support/chaos/possibilities.js';
import { SeededRandom } from '../../support/chaos/seeded-random.js';

describe('what the chaos test knows of a value', () => {
  it.each([
    ['acknowledged', ['new']],
    ['refused', ['old']],
    ['unanswered', ['old', 'new']],
  ] as const)('after an %s write it is %j', (outcome, possible) => {
    const value = new Possibilities<string>('old');
    value.write('new')(outcome);
    expect(value.all).toEqual(possible);
  });

  it('lets who reads during a write see the former value, and who asks later only the new one', () => {
    const value = new Possibilities<string>('old');
    const before = tick();
    const settle = value.write('new');
    settle('acknowledged');
    expect([value.allows('old', before), value.allows('new', before)]).toEqual([true, true]);
    expect([value.allows('old', tick()), value.allows('new', tick())]).toEqual([false, true]);
  });
});

describe('what the chaos test knows of an image', () => {
  let image: ImageModel;
  const data = newData(10, 'data');
  const document = { name: 'name', color: 'red', tags: ['a'] };

  beforeEach(() => {
    image = new ImageModel('id', 'owner');
    image.exists.write(true)('acknowledged');
    image.name.write('name')('acknowledged');
    image.property('color').write('red')('acknowledged');
    image.tag('a').write(true)('acknowledged');
    image.tag('b').write(true)('unanswered');
  });

  it('agrees with what it was told', () => {
    expect(image.contradictionsOf(document, tick())).toEqual([]);
    expect(image.contradictionsOf({ ...document, tags: ['a', 'b'] }, tick())).toEqual([]);
  });

  it.each([
    ['a lost image', null],
    ['a lost name', { ...document, name: null }],
    ['a lost property', { ...document, color: undefined }],
    ['a lost tag', { ...document, tags: [] }],
  ])('contradicts %s', (_, found) => {
    expect(image.contradictionsOf(found, tick())).toHaveLength(1);
  });

  it('contradicts an image that was deleted', () => {
    image.exists.write(false)('acknowledged');
    expect(image.contradictionsOf(document, tick())).toHaveLength(1);
    expect(image.contradictionsOf(null, tick())).toEqual([]);
  });

  it('contradicts lost, foreign and stuck data at rest', () => {
    const active = { status: 'active', checksum: data.checksum };
    expect(image.contradictionsAtRest({ status: 'queued', checksum: null })).toEqual([]);
    expect(image.contradictionsAtRest(active)).toHaveLength(1);
    image.data.write(data)('acknowledged');
    expect(image.contradictionsAtRest(active)).toEqual([]);
    expect(image.contradictionsAtRest({ status: 'queued', checksum: null })).toHaveLength(1);
    expect(image.contradictionsAtRest({ ...active, checksum: 'other' })).toHaveLength(1);
    expect(image.contradictionsAtRest({ ...active, status: 'saving' })).toHaveLength(1);
    expect(image.contradictionsAtRest({ ...active, status: 'deactivated' })).toHaveLength(1);
  });
});

describe('decisions of the chaos test', () => {
  const decisions = (seed: number, name: string): readonly unknown[] => {
    const random = new SeededRandom(seed, name);
    return Array.from({ length: 50 }, () => [
      random.between(1, 6),
      random.pickWeighted({ rare: 1, often: 9 }),
      random.uuid(),
    ]);
  };

  it('follow from the seed and the name', () => {
    expect(decisions(1, 'a')).toEqual(decisions(1, 'a'));
    expect(decisions(1, 'a')).not.toEqual(decisions(2, 'a'));
    expect(decisions(1, 'a')).not.toEqual(decisions(1, 'b'));
  });

  it('keep to their range and weights', () => {
    const random = new SeededRandom(7, 'weights');
    const numbers = Array.from({ length: 5000 }, () => random.between(1, 6));
    expect([...new Set(numbers)].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    const rare = numbers.filter(() => random.pickWeighted({ rare: 1, often: 9 }) === 'rare').length;
    expect(rare).toBeGreaterThan(300);
    expect(rare).toBeLessThan(700);
  });
});

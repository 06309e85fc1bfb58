import { printNamespaceHistory } from '../../../src/cli/namespace-history.js';
import { ImageHouse, recordLines } from './image-house.js';
import { metadefsIn } from './metadef-house.js';

describe('hindsight metadefs history', () => {
  let house: ImageHouse;
  let metadefs: ReturnType<typeof metadefsIn>;

  beforeEach(async () => {
    house = await ImageHouse.open();
    metadefs = metadefsIn(house);
  });
  afterEach(() => house.close());

  const entriesOf = async (name: string): Promise<any[]> => {
    const { lines, print } = recordLines();
    expect(await printNamespaceHistory(house.backend, name, true, print)).toBe(lines.length > 0);
    return lines.map((line) => JSON.parse(line));
  };
  /** Each event, without the words that all have in common, and under which name it was if not under this one. */
  const storyOf = async (name: string): Promise<string[]> =>
    (await entriesOf(name)).map(({ event, under }) =>
      [event.replace(/^Metadef(Namespace)?/, ''), ...(under === undefined ? [] : [under])].join(' '),
    );

  it('goes on under the new name with what had happened under the old one', async () => {
    await metadefs.create('a');
    await metadefs.tag('a', 'x');
    await metadefs.rename('a', 'b');
    await metadefs.tag('b', 'y');
    expect(await storyOf('b')).toEqual(['Created a', 'TagsAdded a', 'RenameRequested a', 'Adopted', 'TagsAdded']);
    expect(await storyOf('A')).toEqual(['Created', 'TagsAdded', 'RenameRequested', 'Renamed']);
    const adopted = (await entriesOf('b')).find(({ event }) => event === 'MetadefNamespaceAdopted');
    expect(adopted.changes).toEqual([{ field: 'namespace', from: 'a', to: 'b' }]);
  });

  it('says nothing of what others did that have or had one of its names', async () => {
    await metadefs.create('a');
    await metadefs.remove('a');
    await metadefs.create('a');
    await metadefs.rename('a', 'b');
    await metadefs.create('a');
    await metadefs.tag('a', 'x');
    expect(await storyOf('b')).toEqual(['Created a', 'RenameRequested a', 'Adopted']);
    expect(await storyOf('a')).toEqual([
      ...['Created', 'Deleted', 'Created', 'RenameRequested', 'Renamed', 'Created', 'TagsAdded'],
    ]);
  });

  it('follows several names, and back to the first', async () => {
    await metadefs.create('a');
    await metadefs.rename('a', 'b');
    await metadefs.rename('b', 'c');
    await metadefs.rename('c', 'A');
    expect(await storyOf('a')).toEqual([
      ...['Created', 'RenameRequested', 'Renamed', 'Adopted b', 'RenameRequested b', 'Adopted c', 'RenameRequested c'],
      'Adopted',
    ]);
    const [last] = (await entriesOf('a')).slice(-1);
    expect(last.changes).toEqual([{ field: 'namespace', from: 'c', to: 'A' }]);
  });

  it('goes on when a rename was refused', async () => {
    await metadefs.create('a');
    await metadefs.create('b');
    await expect(metadefs.rename('a', 'b')).rejects.toMatchObject({ code: 'metadef.exists' });
    await metadefs.rename('a', 'c');
    expect(await storyOf('b')).toEqual(['Created']);
    expect(await storyOf('c')).toEqual(['Created a', 'RenameRequested a', 'Adopted']);
  });

  it('is there as text, too, and knows what never was', async () => {
    await metadefs.create('a');
    await metadefs.rename('a', 'b');
    const { lines, print } = recordLines();
    await printNamespaceHistory(house.backend, 'b', false, print);
    expect(lines).toContain('    under the name a');
    expect(await entriesOf('never')).toEqual([]);
  });
});

import { joined, printProjectionStatus, rebuildProjections } from '../../../src/cli/projections.js';
import { UnknownProjection } from '../../../src/projections/projections.errors.js';
import { ImageHouse, recordLines } from './image-house.js';

describe('hindsight projections', () => {
  let house: ImageHouse;
  beforeEach(async () => (house = await ImageHouse.open()));
  afterEach(() => house.close());

  const status = async (): Promise<any> => {
    const { lines, print } = recordLines();
    await printProjectionStatus(house.backend.projections, true, print);
    return JSON.parse(lines[0]!);
  };

  it('status tells how far each is behind', async () => {
    await house.createImage();
    expect(await status()).toMatchObject({ checkpoint: '0', last_position: '1', lag: '1' });
    await house.backend.projections.catchUp();
    expect(await status()).toMatchObject({ checkpoint: '1', lag: '0' });
    const { lines, print } = recordLines();
    await printProjectionStatus(house.backend.projections, false, print);
    expect(lines[0]).toContain('at 1 of 1  up to date');
  });

  it('rebuild builds all of them anew and says how many events a second', async () => {
    const imageId = await house.createImage();
    await house.backend.projections.catchUp();
    await house.backend.database.writer.deleteFrom('images').execute();
    const { lines, print } = recordLines();
    await rebuildProjections(house.backend.projections, null, print);
    expect(lines.at(-1)).toMatch(/rebuilt up to 1 in [\d.]+ s, \d+ events\/s/);
    expect(await house.backend.images.find(imageId)).toMatchObject({ name: 'cirros' });
  });

  it('rebuild refuses a name that no projection has', async () => {
    const { projections, indexing } = house.backend;
    await expect(rebuildProjections(projections, 'nonsense', recordLines().print)).rejects.toThrow(
      new UnknownProjection('There is no projection nonsense; there are: image-details, tasks, metadefs'),
    );
    await expect(rebuildProjections(joined(projections, indexing), 'nonsense', recordLines().print)).rejects.toThrow(
      new UnknownProjection('There is no projection nonsense; there are: image-details, tasks, metadefs, event-index'),
    );
  });

  it('rebuild brings the event index up to date, for which nobody has to wait then', async () => {
    await house.createImage();
    const { projections, indexing } = house.backend;
    const { lines, print } = recordLines();
    await rebuildProjections(joined(projections, indexing), 'event-index', print);
    expect(lines.at(-1)).toMatch(/^event-index: rebuilt up to 1 /);
    expect(await indexing.status()).toMatchObject([{ name: 'event-index', checkpoint: 1n, lag: 0n }]);
  });
});

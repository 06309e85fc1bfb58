import { Readable } from 'node:stream';
import { jest } from '@jest/globals';
import { addedLocation } from '../../../../support/added-location.js';
import { OWNER, openImageWorkbench } from '../../../../support/image-workbench.js';
import type { ImageWorkbench } from '../../../../support/image-workbench.js';
import { StoreWithDependents } from '../../../../support/store-with-dependents.js';
import { activeImage, deleteImage } from '../../../../support/workbench-images.js';
import { StoredDataInUse, StoreUnavailable } from '../../../../../src/stores/stores.errors.js';

const ADMIN = { ...OWNER, roles: ['admin', 'member', 'reader'], isAdmin: true };
const client = { caller: ADMIN, requestId: 'req-1' };
const context = { actor: OWNER, requestId: null };
const NEVER = new AbortController().signal;

describe('taking the data of an image out of a store', () => {
  let bench: ImageWorkbench;
  let second: StoreWithDependents;
  let imageId: string;
  let url: string;

  beforeEach(async () => {
    second = new StoreWithDependents();
    bench = await openImageWorkbench({ otherDrivers: { second } });
    imageId = await activeImage(bench);
    ({ url } = await second.put('copy', 'upload', Readable.from([Buffer.from('copy')]), NEVER));
    await bench.images.handle(addedLocation(imageId, { store: 'second', url, metadata: {} }, 4), context);
  });
  afterEach(() => bench.close());

  const eventsOf = async (): Promise<string[]> =>
    (await bench.eventStore.readStream(`image-${imageId}`)).map(({ type }) => type).slice(-2);
  const isStored = async (): Promise<boolean> =>
    second.sizeOf(url).then(
      () => true,
      () => false,
    );

  it('removes the bytes, and says so', async () => {
    await bench.removals.remove(imageId, 'second', client);
    expect(await isStored()).toBe(false);
    expect(await eventsOf()).toEqual(['ImageLocationRemoved', 'ImageLocationDataRemoved']);
    expect((await bench.readModel.find(imageId))?.locations).toHaveLength(1);
  });

  it('is refused while others depend on them', async () => {
    second.depend(url);
    await expect(bench.removals.remove(imageId, 'second', client)).rejects.toBeInstanceOf(StoredDataInUse);
    expect((await bench.images.stateOf(imageId)).locations).toHaveLength(2);
    expect(await eventsOf()).not.toContain('ImageLocationRemoved');
  });

  it('is taken back when the store finds out only then that others depend on them', async () => {
    second.depend(url, { hidden: true });
    await expect(bench.removals.remove(imageId, 'second', client)).rejects.toBeInstanceOf(StoredDataInUse);
    expect(await eventsOf()).toEqual(['ImageLocationRemoved', 'ImageLocationDataKept']);
    const [state, shown] = [await bench.images.stateOf(imageId), await bench.readModel.find(imageId)];
    expect(state.locations.map(({ store }) => store)).toEqual(['local', 'second']);
    expect(shown?.locations).toEqual(state.locations);
  });

  it('can be finished by whoever comes later, once', async () => {
    const command = { type: 'RemoveFromStore', imageId, store: 'second', removesData: true } as const;
    await bench.images.handle(command, context); // and then the process died
    expect(await isStored()).toBe(true);
    await bench.remover.remove(imageId, context);
    expect(await isStored()).toBe(false);
    await bench.remover.remove(imageId, context);
    expect(await eventsOf()).toEqual(['ImageLocationRemoved', 'ImageLocationDataRemoved']);
  });

  it('is left to one at a time', async () => {
    await bench.images.handle({ type: 'RemoveFromStore', imageId, store: 'second', removesData: true }, context);
    await bench.claims.takeOver(`removal-${imageId}`, async () => {
      expect(await bench.remover.remove(imageId, context)).toBe(false);
      return true;
    });
    expect(await isStored()).toBe(true);
  });

  it('is the scrubber’s turn when the image is deleted meanwhile', async () => {
    await bench.images.handle({ type: 'RemoveFromStore', imageId, store: 'second', removesData: true }, context);
    await deleteImage(bench, imageId);
    await bench.remover.remove(imageId, context);
    expect(await isStored()).toBe(true);
    await bench.scrubImage.scrub(imageId);
    expect(await isStored()).toBe(false);
  });

  it('stays to be done when the store does not answer', async () => {
    const away = jest.spyOn(second, 'delete').mockRejectedValueOnce(new StoreUnavailable('away'));
    await expect(bench.removals.remove(imageId, 'second', client)).rejects.toBeInstanceOf(StoreUnavailable);
    away.mockRestore();
    await bench.remover.remove(imageId, context);
    expect(await isStored()).toBe(false);
  });
});

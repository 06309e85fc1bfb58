import { MemoryImageStore } from '../../../src/stores/memory/memory.store.js';
import { imageStoreContract } from './image-store.contract.js';

imageStoreContract('memory', () =>
  Promise.resolve({
    store: new MemoryImageStore(),
    foreignUrls: ['memory:///', 'memory:///a/b', 'file:///etc/hostname'],
    tearDown: () => Promise.resolve(),
  }),
);

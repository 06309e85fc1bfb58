import { InMemoryEventStore } from '../../../src/events/adapters/in-memory/in-memory.event-store.js';
import { eventStoreContract } from './event-store.contract.js';

eventStoreContract('in memory', () => {
  const store = new InMemoryEventStore();
  return Promise.resolve({ store, tearDown: () => store.close() });
});

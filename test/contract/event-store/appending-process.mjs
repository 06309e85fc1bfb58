// A process of its own that appends to a shared store: node appending-process.mjs <file or postgresql:// URL> <name> <appends>
import { randomUUIDv7 } from 'node:crypto';
import { registerHooks } from 'node:module';

// The sources name their imports as they are called after compilation.
registerHooks({
  resolve: (specifier, context, next) =>
    next(context.parentURL?.endsWith('.ts') ? specifier.replace(/^(\..*)\.js$/, '$1.ts') : specifier, context),
});

const [place, name, appends] = process.argv.slice(2);
const store = await open();
const event = (n) => ({ id: randomUUIDv7(), type: 'Appended', schemaVersion: 1, data: { name, n }, metadata: {} });
for (let n = 0; n < Number(appends); n += 1) {
  await Promise.all([
    store.append('shared', 'any', [event(n)]),
    store.append(`own-${name}`, n === 0 ? 'no_stream' : n - 1, [event(n)]),
  ]);
}
await store.close();

async function open() {
  const adapters = '../../../src/events/adapters';
  if (place.startsWith('postgresql:')) {
    const { PostgresEventStore } = await import(`${adapters}/postgres/postgres.event-store.ts`);
    return PostgresEventStore.open({ url: place });
  }
  const { SqliteEventStore } = await import(`${adapters}/sqlite/sqlite.event-store.ts`);
  return SqliteEventStore.open({ path: place });
}

// A process of its own that appends to a shared file: node appending-process.mjs <file> <name> <appends>
import { randomUUIDv7 } from 'node:crypto';
import { registerHooks } from 'node:module';

// The sources name their imports as they are called after compilation.
registerHooks({
  resolve: (specifier, context, next) =>
    next(context.parentURL?.endsWith('.ts') ? specifier.replace(/^(\..*)\.js$/, '$1.ts') : specifier, context),
});
const { SqliteEventStore } = await import('../../../src/events/adapters/sqlite/sqlite.event-store.ts');

const [path, name, appends] = process.argv.slice(2);
const store = SqliteEventStore.open({ path });
const event = (n) => ({ id: randomUUIDv7(), type: 'Appended', schemaVersion: 1, data: { name, n }, metadata: {} });
for (let n = 0; n < Number(appends); n += 1) {
  await Promise.all([
    store.append('shared', 'any', [event(n)]),
    store.append(`own-${name}`, n === 0 ? 'no_stream' : n - 1, [event(n)]),
  ]);
}
await store.close();

// The KurrentDB of the tests (test/support/esdb) as a program: prints the port it listens on, and ends when it is killed.
import { registerHooks } from 'node:module';

// Node strips types, but the sources name their files as they are called when they are compiled.
registerHooks({
  resolve: (specifier, context, next) => {
    const isSource = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
    return next(isSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
const { EsdbServer } = await import('../../support/esdb/esdb-server.ts');
console.log(await new EsdbServer().listen());

// npm run up [-- options]: installs, builds, and runs the whole service in the foreground.
import { buildIfNeeded, installIfNeeded } from './prepare.mjs';
import { run } from './run.mjs';
import { runtime, runtimeOptions } from './runtime.mjs';

await installIfNeeded();
await buildIfNeeded();
process.exitCode = await run(runtime(), [...runtimeOptions, 'dist/main.js', 'serve', ...process.argv.slice(2)], {
  stdio: 'inherit',
});

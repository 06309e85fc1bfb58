// npm run up [-- options]: installs, builds, and runs the whole service in the foreground.
import { buildIfNeeded, installIfNeeded } from './prepare.mjs';
import { run } from './run.mjs';
import { runtime } from './runtime.mjs';

await installIfNeeded();
await buildIfNeeded();
process.exitCode = await run(runtime(), ['dist/main.js', 'serve', ...process.argv.slice(2)], { stdio: 'inherit' });

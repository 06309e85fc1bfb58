import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './runtime.mjs';

/** Runs a command to its end in the repository's root. Resolves to an exit code, 128 + n when signal n ended it. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });
    const stopForwarding = forwardSignals(child);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      stopForwarding();
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

/** As `run`, but a failure ends this process with the same exit code. */
export async function mustRun(command, args, options) {
  const code = await run(command, args, options);
  if (code !== 0) process.exit(code);
}

function forwardSignals(child) {
  // A terminal sends its interrupt to the child as well; twice would look like impatience.
  const forward = (signal) => !(signal === 'SIGINT' && process.stdin.isTTY) && child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}

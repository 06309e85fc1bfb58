import { spawn } from 'node:child_process';

/** The processes that the benchmark has started: none must outlive it, however it ends. */
export class Children {
  running = new Set();

  spawn(command, args, options) {
    const child = spawn(command, args, options);
    this.running.add(child);
    const forget = () => this.running.delete(child);
    child.once('exit', forget).once('error', forget);
    return child;
  }

  kill() {
    for (const child of this.running) child.kill('SIGKILL');
  }
}

export const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null;

/** Sends a signal, and waits for the end. */
export async function end(child, signal) {
  if (hasEnded(child)) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

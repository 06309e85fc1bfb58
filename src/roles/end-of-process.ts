/** What output that is under way may take, e.g. the last lines of a log. */
const LAST_OUTPUT_MS = 5_000;

/**
 * To be called when nothing is left to be done. What a failed start has left open, and nobody closes, must not keep the process
 * alive: whoever watches over it would see it as neither ready nor gone.
 */
export function endProcess(exitCode: number): void {
  process.exitCode = exitCode;
  setTimeout(() => process.exit(), LAST_OUTPUT_MS).unref();
}

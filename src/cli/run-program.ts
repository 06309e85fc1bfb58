import { CommanderError } from 'commander';
import { ConfigError } from '../config/config-error.js';
import { DomainError } from '../kernel/domain-error.js';
import type { ProgramActions } from './commands.js';
import { buildProgram } from './program.js';
import { isSystemError } from './system-error.js';

/** Exit codes of the program. */
export const EXIT = { ok: 0, failure: 1, usage: 2 } as const;

/**
 * Runs what the command line asks for.
 * @param args without the runtime and the script
 * @returns the exit code; what went wrong has been printed to standard error
 */
export async function runProgram(args: readonly string[], actions: ProgramActions): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = buildProgram(actions, (code) => (exitCode = code));
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return explainFailure(error);
  }
}

/** Prints what went wrong to standard error. @returns the exit code */
export function explainFailure(error: unknown): number {
  // The parser has printed its message, or the help that was asked for, already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof ConfigError) {
    console.error(error.message);
    return EXIT.usage;
  }
  console.error(describe(error));
  return EXIT.failure;
}

/** The stack of what must be a bug is shown; of anything else people need the sentence. */
function describe(error: unknown): unknown {
  if (error instanceof DomainError) return `${error.name}: ${error.message}`;
  return isSystemError(error) ? error.message : error;
}

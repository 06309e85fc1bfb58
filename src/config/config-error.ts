import { DomainError } from '../kernel/domain-error.js';

/**
 * The configuration cannot be used; the program does not start. `problems` names every wrong option at once,
 * each with its group, its value, where the value comes from, and what is allowed.
 */
export class ConfigError extends DomainError {
  readonly code = 'config.invalid';

  constructor(
    readonly problems: readonly string[],
    options?: ErrorOptions,
  ) {
    super(
      `The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      { problems },
      options,
    );
  }
}

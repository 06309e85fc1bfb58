/**
 * A refusal that the caller can understand and act on. `code` is stable and machine-readable (`image.protected`),
 * `message` is for people, `details` for programs. Anything that is not a DomainError is a bug.
 */
export abstract class DomainError extends Error {
  abstract readonly code: string;

  constructor(
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

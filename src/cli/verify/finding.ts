/** Something that is not as it should be. `check` names the check that found it, `subject` what it is about. */
export type Finding = Readonly<{
  check: 'event' | 'chain' | 'read_model' | 'usage' | 'location' | 'orphan' | 'unfinished' | 'log' | 'store' | 'cache';
  subject: string;
  problem: string;
}>;

/** What an error says, for a finding. */
export const problemOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

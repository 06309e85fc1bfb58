import { appendFileSync } from 'node:fs';

const reportAbsence = (name: string): void => {
  // Not console: jest swallows what a wholly skipped file prints there.
  process.stderr.write(`BACKEND ABSENT: ${name}\n`);
  const file = process.env['HINDSIGHT_TEST_ABSENT_FILE'];
  if (file !== undefined && file !== '') appendFileSync(file, `${name}\n`);
};

/**
 * A suite that needs something which not every machine has: a server, a program.
 * Its absence is told loudly, and is a failure where CI_REQUIRE_BACKENDS=1 demands everything.
 */
export function describeWithBackend(name: string, isPresent: boolean, suite: () => void): void {
  if (isPresent) {
    describe(name, suite);
    return;
  }
  reportAbsence(name);
  if (process.env['CI_REQUIRE_BACKENDS'] === '1') {
    describe(name, () => {
      it('is there', () => {
        throw new Error(`the backend "${name}" is absent, and CI_REQUIRE_BACKENDS=1 demands it`);
      });
    });
    return;
  }
  describe.skip(name, suite);
}

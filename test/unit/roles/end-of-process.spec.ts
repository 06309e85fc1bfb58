import { spawnSync } from 'node:child_process';

const MODULE = new URL('../../../src/roles/end-of-process.ts', import.meta.url).href;

/** Ends a process with code 3 that something holds. @returns how it ended */
const endingWith = (held: string): Pick<ReturnType<typeof spawnSync>, 'status' | 'signal'> => {
  const program = `const { endProcess } = await import(${JSON.stringify(MODULE)}); ${held}; endProcess(3);`;
  const { status, signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    timeout: 60_000,
  });
  return { status, signal };
};

describe('the end of a process', () => {
  it('comes with its exit code, at once or in spite of what was left open', () => {
    expect(endingWith('')).toEqual({ status: 3, signal: null });
    expect(endingWith('setInterval(() => undefined, 1000)')).toEqual({ status: 3, signal: null });
  });
});

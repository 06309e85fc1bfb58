import { existsSync, readFileSync } from 'node:fs';
import { imageInstructions, imageWords } from '../../support/image-file.js';
import { startedRole } from '../../support/started-role.js';

const instructions = imageInstructions();
const all = (name: string): string[] => instructions.filter((each) => each.name === name).map(({ words }) => words);

describe('The Dockerfile', () => {
  it('consists of instructions that there are, in stages with names', () => {
    const known = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'ARG', 'USER', 'VOLUME', 'EXPOSE', 'HEALTHCHECK'];
    const names = new Set(instructions.map(({ name }) => name));
    expect([...names].filter((name) => ![...known, 'ENTRYPOINT', 'CMD'].includes(name))).toEqual([]);
    const stages = all('FROM').map((words) => words.split(' AS '));
    expect(stages.every(([, stage]) => stage !== undefined)).toBe(true);
    const earlier = stages.map(([, stage]) => stage);
    const images = stages.map(([image]) => image);
    expect(images.filter((image) => !earlier.includes(image) && image !== 'node:24-bookworm-slim')).toEqual([]);
    const from = all('COPY').flatMap((words) => /^--from=(\S+)/.exec(words)?.[1] ?? []);
    expect(from).toEqual(['dependencies', 'build']);
    expect(from.filter((stage) => !earlier.includes(stage))).toEqual([]);
  });

  it('copies only files that exist and that the build context contains', () => {
    const copied = all('COPY')
      .filter((words) => !words.startsWith('--from'))
      .flatMap((words) => words.split(' ').slice(0, -1));
    expect(copied).toEqual(expect.arrayContaining(['package-lock.json', 'src']));
    const context = readFileSync('.dockerignore', 'utf8').split('\n');
    for (const source of copied) {
      expect(existsSync(source)).toBe(true);
      expect(context).toContain(`!${source}`);
    }
  });

  it('installs what is locked, and what the program needs only', () => {
    const installs = all('RUN').filter((words) => words.startsWith('npm') && !words.startsWith('npm run'));
    expect(installs.filter((words) => !words.startsWith('npm ci '))).toEqual([]);
    const last = instructions.findLastIndex(({ name }) => name === 'FROM');
    expect(instructions.slice(0, last).some(({ words }) => words.includes('npm ci --omit=dev'))).toBe(true);
    const [copiedModules] = all('COPY').filter((words) => words.includes('node_modules'));
    expect(copiedModules).toMatch(/^--from=dependencies /);
  });

  it('runs the program as nobody in particular', () => {
    const users = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));
    expect(users.filter(({ name }) => name === 'USER').map(({ words }) => words)).toEqual(['node']);
    expect(imageWords('ENTRYPOINT').at(-1)).toBe('dist/main.js');
  });

  it('starts a command line that the program understands, on the address and the port that it exposes', async () => {
    const { role, config, warnings } = await startedRole(imageWords('CMD'));
    expect([role, config.dataDir, config.api.bindHost, warnings]).toEqual(['serve', '/data', '0.0.0.0', []]);
    expect(all('EXPOSE')).toEqual([String(config.api.bindPort)]);
    expect(all('VOLUME')).toEqual(['/data']);
    expect(all('HEALTHCHECK').join()).toContain(`http://127.0.0.1:${config.api.bindPort}/healthcheck`);
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const read = (file: string): string => readFileSync(file, 'utf8');

const DECISIONS = readdirSync('docs/adr').toSorted();
const PAGES = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

const manifest = JSON.parse(read('package.json')) as Record<
  'scripts' | 'dependencies' | 'devDependencies' | 'optionalDependencies',
  Record<string, string>
>;

describe('The documentation', () => {
  it.each(PAGES)('%s links to pages that exist', (page) => {
    const targets = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) =>
      join(dirname(page), target!),
    );
    expect(targets.filter((target) => !existsSync(target))).toEqual([]);
  });

  it.each(PAGES)('%s names files that exist', (page) => {
    const named = [...read(page).matchAll(/`((?:src|test|etc|scripts|docs|\.ci)\/[^`*{}<> ]+)`/g)].map(
      ([, file]) => file!,
    );
    expect(named.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('names every script in the README', () => {
    const page = read('README.md');
    const names = Object.keys(manifest.scripts);
    expect(names.filter((name) => !new RegExp(`\`(npm (run )?)?${name}[\` ]`).test(page))).toEqual([]);
  });

  it('says of every dependency what it is for', () => {
    const { dependencies, devDependencies, optionalDependencies } = manifest;
    const packages = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
    const rows = read('docs/adr/0012-dependencies.md')
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|')[1]!.replaceAll(/[, ()]+/g, ' '));
    expect(packages.filter((name) => !rows.some((row) => row.split(' ').includes(name)))).toEqual([]);
  });
});

describe('The decisions', () => {
  it('have numbers of their own, which they begin with', () => {
    const numbers = DECISIONS.map((file) => file.slice(0, 4));
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
    for (const file of DECISIONS)
      expect(read(join('docs/adr', file))).toMatch(new RegExp(`^# ${file.slice(0, 4)}: \\S`));
  });

  it('refer to others that exist', () => {
    const numbers = new Set(DECISIONS.map((file) => file.slice(0, 4)));
    const named = PAGES.flatMap((page) =>
      [...read(page).matchAll(/(?<![\d.])\b(00\d\d)\b(?![.\d])/g)].map(([, number]) => number!),
    );
    expect(named.filter((number) => !numbers.has(number))).toEqual([]);
  });
});

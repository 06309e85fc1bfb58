import { ConfigError } from '../../../src/config/config-error.js';
import { parseIniFile } from '../../../src/config/ini-file.js';

const parse = (text: string) =>
  parseIniFile(text, 'glance-api.conf').map(({ group, name, value }) => [group, name, value]);

const problemsOf = (text: string): readonly string[] => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('INI files', () => {
  it.each([
    ['an equals sign', '[a]\nx = 1', [['a', 'x', '1']]],
    ['a colon', '[a]\nx: 1', [['a', 'x', '1']]],
    [
      'whichever sign comes first',
      '[a]\nx = b:c\ny: d=e',
      [
        ['a', 'x', 'b:c'],
        ['a', 'y', 'd=e'],
      ],
    ],
    ['an empty value', '[a]\nx =', [['a', 'x', '']]],
    ['double quotes around the value', '[a]\nx = " y "', [['a', 'x', 'y']]],
    ['single quotes around the value', "[a]\nx = 'y'", [['a', 'x', 'y']]],
    ['a quote that does not end', '[a]\nx = "y', [['a', 'x', '"y']]],
    ['comments with either sign', '# one\n[a]\n; two = 2\n#three = 3\nx = 1 # kept', [['a', 'x', '1 # kept']]],
    [
      'continuation lines',
      '[a]\nx = 1,\n  2,\n\t3\ny = 4',
      [
        ['a', 'x', '1,\n2,\n3'],
        ['a', 'y', '4'],
      ],
    ],
    ['an indented comment after a blank line', '[a]\nx = 1\n\n  # note', [['a', 'x', '1']]],
    [
      'repeated options in order',
      '[a]\nx = 1\nx = 2',
      [
        ['a', 'x', '1'],
        ['a', 'x', '2'],
      ],
    ],
    [
      'a group that comes again',
      '[a]\nx = 1\n[b]\n[a]\ny = 2',
      [
        ['a', 'x', '1'],
        ['a', 'y', '2'],
      ],
    ],
    ['Windows line ends and a byte order mark', '\uFEFF[a]\r\nx = 1\r\n', [['a', 'x', '1']]],
    ['an empty file', '', []],
  ])('understand %s', (_, text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    ['a group without an end', '[a\nx = 1', 'glance-api.conf:1: a group must end in "]"'],
    ['a group without a name', '[ ]', 'glance-api.conf:1: a group needs a name'],
    ['a line without a sign', '[a]\nnonsense', 'glance-api.conf:2: expected "name = value"'],
    ['a value without a name', '[a]\n= 1', 'glance-api.conf:2: there is no option name'],
    ['an option before any group', 'x = 1', 'glance-api.conf:1: the option x stands before the first "[group]"'],
    ['a continuation of nothing', '[a]\n\n  more', 'glance-api.conf:3: an indented line must follow'],
  ])('name file and line of %s', (_, text, problem) => {
    expect(problemsOf(text)[0]).toContain(problem);
  });

  it('report all malformed lines at once', () => {
    expect(problemsOf('x = 1\n[a\n[b]\ny')).toHaveLength(3);
  });

  it('remember the line of each option', () => {
    expect(parseIniFile('[a]\n\nx = 1\n  2\ny = 3', 'f').map(({ name, line }) => [name, line])).toEqual([
      ['x', 3],
      ['y', 5],
    ]);
  });
});

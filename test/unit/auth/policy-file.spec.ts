import * as fc from 'fast-check';
import { textOf } from '../../../src/auth/policy-expression.js';
import { parsePolicyFile } from '../../../src/auth/policy-file.js';
import { PolicyFilesInvalid } from '../../../src/auth/policy.errors.js';
import { effectiveRules } from '../../../src/auth/policy-rule-set.js';
import { RulePolicy } from '../../../src/auth/rule-policy.js';
import { member } from './callers.js';

const rulesIn = (text: string): readonly (readonly [string, string, number])[] =>
  parsePolicyFile(text, 'policy.yaml').map(({ name, expression, line }) => [name, textOf(expression), line]);

describe('a policy file', () => {
  it('is YAML', () => {
    const text = '# ours\n\nget_image: role:reader\n"add_image": >-\n  role:member\n  and @\nfree: ""\nempty:\n';

    expect(rulesIn(text)).toEqual([
      ['get_image', 'role:reader', 3],
      ['add_image', 'role:member and @', 4],
      ['free', '@', 7],
      ['empty', '@', 8],
    ]);
  });

  it('or JSON, also with tabs, whatever it is called', () => {
    expect(rulesIn('{\n\t"get_image": "role:reader",\n\t"add_image"  : "!"\n}')).toEqual([
      ['get_image', 'role:reader', 2],
      ['add_image', '!', 3],
    ]);
  });

  it('may hold rules in the older form of lists, and anchors', () => {
    expect(rulesIn('a: [["role:x", "role:y"], "role:z"]\nb: &all [role:x]\nc: *all\nd: []\n')).toEqual([
      ['a', '(role:x and role:y) or role:z', 1],
      ['b', 'role:x', 2],
      ['c', 'role:x', 3],
      ['d', '@', 4],
    ]);
  });

  it('may be empty', () => {
    for (const text of ['', '\n', '# nothing\n', '{}', '---\n']) expect([text, rulesIn(text)]).toEqual([text, []]);
  });

  it('takes the last of several rules with one name', () => {
    expect(new Map(rulesIn('a: "!"\na: "@"').map(([name, text]) => [name, text])).get('a')).toBe('@');
  });

  it.each([
    [
      'a: role:x\nb: (role:y\nc: and',
      ['policy.yaml:2: rule "b": unexpected end', 'policy.yaml:3: rule "c": unexpected'],
    ],
    ['a: 5', ['policy.yaml:1: rule "a": it must be a text, or a list']],
    ['a: {b: c}', ['policy.yaml:1: rule "a": it must be a text, or a list']],
    ['a: [[[x]]]', ['policy.yaml:1: rule "a": it must be a text, or a list']],
    ['a: "x', ['policy.yaml:1: ']],
    ['a: @x\n', ['policy.yaml:1: ']],
    ['- a\n', ['policy.yaml:1: expected rules']],
    ['[]', ['policy.yaml:1: expected rules']],
    ['? [a]\n: b', ['policy.yaml:1: the name of a rule must be a text']],
    ['{\n "a": "role:x or"\n}', ['policy.yaml:2: rule "a": unexpected end at position 9']],
  ])('says in which line it is wrong: %j', (text, messages) => {
    for (const message of messages) {
      expect(() => rulesIn(text)).toThrow(PolicyFilesInvalid);
      expect(() => rulesIn(text)).toThrow(message);
    }
  });
});

describe('any policy file', () => {
  const words = fc.constantFrom(
    ...['role:a', 'and', 'or', 'not', '(', ')', '@', '!', "'x':%(y)s", 'rule:b', 'a.b:c', ':', '%', '"', "'", '[', ']'],
    ...['{', '}', ',', '\n', '\t', ' ', '#', '&a', '*a', '- ', '? ', '%%', 'http://h/%(x)s', '\u0000', '\ud800', '<<:'],
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.array(words, { maxLength: 60 }).map((parts) => parts.join('')),
    fc.array(words, { maxLength: 60 }).map((parts) => parts.join(' ')),
  );

  it('is either understood or refused', () => {
    fc.assert(
      fc.property(texts, (text) => {
        try {
          void new RulePolicy(effectiveRules(parsePolicyFile(text, 'f'))).allows('default', member, {});
        } catch (error) {
          expect(error).toBeInstanceOf(PolicyFilesInvalid);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('with any rule gives an answer for any target, or is refused', () => {
    const target = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), target, (parts, attributes) => {
        try {
          const rules = parsePolicyFile(JSON.stringify({ default: parts.join(' ') }), 'f');
          const policy = new RulePolicy(effectiveRules(rules), { ask: () => Promise.resolve(true) });
          expect([true, false]).toContain(policy.allows('get_images', member, attributes));
        } catch (error) {
          expect(error).toBeInstanceOf(PolicyFilesInvalid);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['deep parentheses', JSON.stringify({ a: '('.repeat(60_000) })],
    ['many negations', JSON.stringify({ a: 'not '.repeat(16_000) + '@' })],
    ['many alternatives', JSON.stringify({ a: Array(6_000).fill('role:x').join(' or ') })],
    ['deep lists', '['.repeat(50_000)],
    ['deeper lists', `a: ${'['.repeat(500_000)}`],
    ['deep YAML', 'a: ' + '[ '.repeat(5_000)],
    [
      'aliases of aliases',
      `a: &a [x, x]\n${Array.from('bcdefghijklm')
        .map((name, at, all) => `${name}: &${name} [*${at === 0 ? 'a' : all[at - 1]!}, *a]`)
        .join('\n')}`,
    ],
    [
      'a chain of rules',
      JSON.stringify(Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`r${at}`, `rule:r${at + 1}`]))),
    ],
    [
      'a chain of rules from its end',
      JSON.stringify(
        Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`r${10_000 - at}`, `rule:r${10_001 - at}`])),
      ),
    ],
    ['too much', 'a: ' + 'x'.repeat(2_000_000)],
  ])('of hostile size is understood or refused at once: %s', (_what, text) => {
    try {
      void new RulePolicy(effectiveRules(parsePolicyFile(text, 'f'))).allows('a', member, {});
    } catch (error) {
      expect(error).toBeInstanceOf(PolicyFilesInvalid);
    }
  });
});

import * as fc from 'fast-check';
import type { Caller } from '../../../src/auth/caller.js';
import { PropertyProtections, UNPROTECTED } from '../../../src/auth/property-protections.js';
import { parsePropertyProtections } from '../../../src/auth/property-protection-file.js';
import type { PropertyOperation } from '../../../src/auth/property-protection-file.js';
import { ConfigError } from '../../../src/config/config-error.js';
import { admin, caller, member, reader } from './callers.js';

type Format = 'roles' | 'policies';
const all = (who: string): string => `create=${who}\nread=${who}\nupdate=${who}\ndelete=${who}\n`;
const rules = {
  knows: (rule: string) => rule === 'billing',
  allows: (rule: string, who: Caller) => (rule === 'billing' ? who.roles.includes('admin') : true),
};
const warnings: string[] = [];
const parse = (text: string, format: Format = 'roles') =>
  parsePropertyProtections(text, 'protections.conf', {
    ...{ format, knowsRule: rules.knows, warn: (message: string) => warnings.push(message) },
  });
const protections = (text: string, format: Format = 'roles'): PropertyProtections =>
  new PropertyProtections(parse(text, format), format, rules);
const may = (
  text: string,
  name: string,
  who: Caller,
  operation: PropertyOperation = 'read',
  format: Format = 'roles',
) => protections(text, format).allows(operation, name, who);

describe('property protections', () => {
  it('let everybody do everything without a file', () => {
    expect(UNPROTECTED.allows('create', 'anything', caller([]))).toBe(true);
  });

  it('take the first section whose pattern is found in the name', () => {
    const text = `[x_none]\n${all('!')}[^x_]\n${all('@')}`;

    expect(may(text, 'x_some', reader)).toBe(true);
    expect(may(text, 'ax_none_b', reader)).toBe(false);
    expect(may(text, 'y', admin)).toBe(false);
  });

  it('ask each operation for its own roles, of the caller or of the service that calls for it', () => {
    const text = '[.*]\ncreate = Admin, Billing\nread = @\nupdate = !\ndelete =\n';

    expect(may(text, 'x', admin, 'create')).toBe(true);
    expect(may(text, 'x', member, 'create')).toBe(false);
    expect(may(text, 'x', caller([], { serviceRoles: ['billing'] }), 'create')).toBe(true);
    expect(may(text, 'x', caller([]), 'read')).toBe(true);
    expect(may(text, 'x', admin, 'update')).toBe(false);
    expect(may(text, 'x', admin, 'delete')).toBe(false);
    expect(new Set(warnings)).toEqual(new Set(['protections.conf: [.*]: "delete" names nobody, so nobody may delete']));
  });

  it('take values that a section lacks from [DEFAULT], and names of options in any case', () => {
    const text = `[DEFAULT]\n${all('admin')}[^x]\nRead = @\n`;

    expect(may(text, 'x', reader, 'read')).toBe(true);
    expect(may(text, 'x', reader, 'update')).toBe(false);
    expect(may(text, 'DEFAULT', admin)).toBe(false);
  });

  it('leave the bookkeeping of the service alone', () => {
    const text = `[os_glance_import_task]\n${all('!')}[.*]\n${all('!')}`;

    expect(may(text, 'os_glance_import_task', reader)).toBe(true);
    expect(may(text, 'x_os_glance', reader)).toBe(false);
  });

  it('ask the policy in the form policies', () => {
    const text = `[^b]\n${all('billing')}[^a]\n${all('@')}[^n]\n${all('!')}`;

    expect(may(text, 'b', admin, 'read', 'policies')).toBe(true);
    expect(may(text, 'b', member, 'read', 'policies')).toBe(false);
    expect(may(text, 'a', reader, 'read', 'policies')).toBe(true);
    expect(may(text, 'n', admin, 'read', 'policies')).toBe(false);
  });

  it('let nobody do what only a rule allows that has gone since', () => {
    const gone = { knows: () => false, allows: () => true };
    const found = new PropertyProtections(parse(`[.*]\n${all('billing')}`, 'policies'), 'policies', gone);

    expect(found.allows('read', 'x', admin)).toBe(false);
  });

  it('understand patterns as they are written for Python', () => {
    expect(may(`[(?i)^ABC]\n${all('@')}`, 'abcd', reader)).toBe(true);
    expect(may(`[\\Ax\\Z]\n${all('@')}`, 'x', reader)).toBe(true);
    expect(may(`[\\Ax\\Z]\n${all('@')}`, 'xy', reader)).toBe(false);
    expect(may(`[(?P<vendor>acme|other)_[a-z]+]\n${all('@')}`, 'acme_x', reader)).toBe(true);
    expect(may(`[^x\\d{1,3}$]\n${all('@')}`, 'x12', reader)).toBe(true);
  });

  it('show what may be read, and let be taken over what may be created besides', async () => {
    const text = `[^a]\n${all('@')}[^b]\ncreate=admin\nread=@\nupdate=!\ndelete=!\n[^c]\n${all('admin')}`;
    const properties = { a: '1', b: '2', c: '3', d: '4', ['__proto__x']: '5' };
    const found = protections(text);

    expect((await found.readable({ properties }, member)).properties).toEqual({ a: '1', b: '2' });
    expect(await found.readableAll([{ properties }], admin)).toEqual([{ properties: { a: '1', b: '2', c: '3' } }]);
    expect(await found.takeable(properties, member)).toEqual({ a: '1' });
  });

  it('wait for a policy that has to ask a server', async () => {
    const asking = { knows: rules.knows, allows: () => Promise.resolve(false) };
    const found = new PropertyProtections(parse(`[.*]\n${all('billing')}`, 'policies'), 'policies', asking);

    expect((await found.readable({ properties: { a: '1' } }, admin)).properties).toEqual({});
    await expect(found.require('create', 'a', admin)).rejects.toThrow("Attribute 'a' is reserved.");
  });

  it.each<readonly [string, Format, string]>([
    ['[x]\ncreate=@\nread=@\nupdate=@\n', 'roles', 'protections.conf:1: [x]: "delete" is missing'],
    ['\n[x]\n', 'roles', 'protections.conf:2: [x]: "create" is missing'],
    [`[x]\n${all('@,!')}`, 'roles', 'protections.conf:1: [x]: "create" names both @ and !'],
    [`[x]\n${all('a,b')}`, 'policies', 'protections.conf:1: [x]: "create" must name one policy rule'],
    [`[x]\n${all('missing')}`, 'policies', '"create" names the policy rule "missing", which does not exist'],
    [
      `[*]\n${all('@')}`,
      'roles',
      'protections.conf:1: [*]: the name of the section is used as a pattern, but it is no regular',
    ],
    [`[(a+)+$]\n${all('@')}`, 'roles', 'but it repeats a group in which something repeats'],
    [`[(a|a)*$]\n${all('@')}`, 'roles', 'but it repeats a group in which something repeats'],
    [`[((a)+b)+]\n${all('@')}`, 'roles', 'but it repeats a group in which something repeats'],
    [`[.*.*.*.*x]\n${all('@')}`, 'roles', 'but it repeats more than 3 things without limit'],
    [`[(a)\\1]\n${all('@')}`, 'roles', 'but it refers back to a group'],
    [`[x]\n${all('@')}[x]\n${all('@')}`, 'roles', 'protections.conf:6: [x]: there is such a section already'],
    ['create=@', 'roles', 'protections.conf:1: the option create stands before the first "[group]"'],
    ['[x', 'roles', 'protections.conf:1: a group must end in "]"'],
  ])('are not taken from a file that is wrong: %j', (text, format, message) => {
    expect(() => parse(text, format)).toThrow(ConfigError);
    expect(() => parse(text, format)).toThrow(message);
  });
});

describe('any property-protection file', () => {
  const pieces = fc.constantFrom(
    ...[
      '[',
      ']',
      '^',
      'x_',
      '.*',
      '(',
      ')',
      '|',
      '+',
      '*',
      '?',
      '{1,}',
      '\\',
      '\\d',
      '(?P<',
      '(?i)',
      '[a-z]',
      '\n',
      ' ',
    ],
    ...[
      'create=',
      'read=',
      'update=',
      'delete=',
      '@',
      '!',
      ',',
      'admin',
      '#',
      'DEFAULT',
      'os_glance',
      '\u0000',
      '\ud800',
    ],
  );
  const pattern = fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join(''));
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    pattern,
    pattern.map((name) => `[${name}]\n${all('@')}`),
  );
  const names = fc.oneof(
    fc.string({ maxLength: 255 }),
    fc.constantFrom('x'.repeat(255), 'xa'.repeat(127), 'x_ '.repeat(85)),
  );

  it('is refused, or answers about any name without delay', () => {
    fc.assert(
      fc.property(texts, names, (text, name) => {
        try {
          expect([true, false]).toContain(protections(text).allows('read', name, member));
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

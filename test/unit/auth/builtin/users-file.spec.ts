import { parseUsersFile, UsersFileInvalid } from '../../../../src/auth/builtin/users-file.js';
import { Directory } from '../../../../src/auth/builtin/directory.js';

const HASH = `scrypt$16384$8$5$${'a'.repeat(22)}$${'b'.repeat(43)}`;
const file = (
  parts: Partial<Record<'domains' | 'projects' | 'roles' | 'users' | 'assignments', string>> = {},
): string =>
  Object.entries({
    domains: '[{id: default, name: Default}, {id: d2, name: Second, enabled: false}]',
    projects: '[{id: p1, name: one}, {id: p2, name: two, enabled: false}, {id: p3, name: three, domain: d2}]',
    roles:
      '[{id: r1, name: admin, implies: [member]}, {id: r2, name: member, implies: [reader]}, {id: r3, name: reader}]',
    users: `[{id: u1, name: ann, password_hash: ${HASH}}]`,
    assignments:
      '[{user: ann, project: one, role: admin}, {user: u1, project: p2, role: reader}, {user: ann, project: p3, role: member}]',
    ...parts,
  })
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
const rolesIn = (directory: Directory, projectId: string) =>
  directory.rolesOf('u1', { kind: 'project', projectId }).map((role) => role.name);

describe('the users file', () => {
  const directory = new Directory(parseUsersFile(file()));

  it('gives the roles of a project with those that they imply', () => {
    expect(rolesIn(directory, 'p1')).toEqual(['admin', 'member', 'reader']);
  });

  it('gives no roles in a disabled project, in a disabled domain, or in none', () => {
    expect(rolesIn(directory, 'p2')).toEqual([]);
    expect(rolesIn(directory, 'p3')).toEqual([]);
    expect(rolesIn(directory, 'nope')).toEqual([]);
    expect(directory.rolesOf('u1', { kind: 'unscoped' })).toEqual([]);
    expect(directory.rolesOf('u1', { kind: 'system' })).toEqual([]);
    expect(directory.projectsOf('u1').map((project) => project.id)).toEqual(['p1']);
  });

  it('finds users by id, or by name in a domain', () => {
    expect(directory.user({ id: 'u1' })?.name).toBe('ann');
    expect(directory.user({ name: 'ann', domain: { name: 'Default' } })?.id).toBe('u1');
    expect(directory.user({ name: 'ann', domain: { id: 'd2' } })).toBeNull();
    expect(directory.user({ name: 'ann' })).toBeNull();
  });

  it('survives roles that imply each other', () => {
    const roles =
      '[{id: r1, name: admin, implies: [member]}, {id: r2, name: member, implies: [admin]}, {id: r3, name: reader}]';

    expect(rolesIn(new Directory(parseUsersFile(file({ roles }))), 'p1')).toEqual(['admin', 'member']);
  });

  it.each([
    ['not YAML', 'users: [', 'not YAML'],
    ['empty', '', 'must be object'],
    ['a role without name', file({ roles: '[{id: r1}]' }), '/roles/0'],
    ['an unknown field', file({ projects: '[{id: p1, name: one, colour: red}]' }), '/projects/0'],
    [
      'a password that is no hash',
      file({ users: '[{id: u1, name: ann, password_hash: secret}]' }),
      '/users/0/password_hash',
    ],
    ['an assignment of nobody', file({ assignments: '[{user: bob, project: one, role: admin}]' }), 'user "bob"'],
    [
      'an assignment in no project',
      file({ assignments: '[{user: ann, project: zero, role: admin}]' }),
      'project "zero"',
    ],
    ['an assignment of no role', file({ assignments: '[{user: ann, project: one, role: king}]' }), 'role "king"'],
    ['an assignment without scope', file({ assignments: '[{user: ann, role: admin}]' }), 'assignment of ann'],
    [
      'an unknown domain',
      file({ projects: '[{id: p1, name: one, domain: d9}, {id: p2, name: two}, {id: p3, name: three}]' }),
      'unknown domain "d9"',
    ],
    [
      'an id twice',
      file({ projects: '[{id: p1, name: one}, {id: p1, name: two}, {id: p3, name: three}, {id: p2, name: four}]' }),
      'p1 occurs twice',
    ],
    [
      'a name twice',
      file({
        roles: '[{id: r1, name: admin}, {id: r2, name: admin}, {id: r3, name: member}, {id: r4, name: reader}]',
        assignments: '[]',
      }),
      'occurs twice',
    ],
  ])('is refused with the place of the mistake: %s', (_what, text, message) => {
    expect(() => parseUsersFile(text)).toThrow(UsersFileInvalid);
    expect(() => parseUsersFile(text)).toThrow(message);
  });
});

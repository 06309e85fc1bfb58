import { randomUUID } from 'node:crypto';
import { stringify } from 'yaml';
import { hashPassword } from './password-hash.js';
import type { UsersDocument } from './users-file.js';

/** The users that exist from the first start on, each with the project that its cloud in the clouds file is scoped to. */
export const INITIAL_CLOUDS = [
  { cloud: 'hindsight', user: 'admin', project: 'admin', role: 'admin' },
  { cloud: 'hindsight-demo', user: 'demo', project: 'demo', role: 'member' },
] as const;

export type InitialUser = (typeof INITIAL_CLOUDS)[number]['user'];
export type InitialPasswords = Readonly<Record<InitialUser, string>>;

const HEADER = `# Users, projects and roles of the built-in identity service. Changes take effect at once.
#
# To add a user or to change a password, write "password: <clear text>" in the user's entry: it is replaced by
# "password_hash" as soon as the file is read. Ids are free to choose, and must stay.
# Assignments name users, projects and roles by id or by name; "system: all" instead of a project is the whole system.

`;

/** Text of the users file of a first start. */
export async function initialUsersFile(passwords: InitialPasswords): Promise<string> {
  const users = await Promise.all(
    INITIAL_CLOUDS.map(async ({ user }) => ({
      id: newId(),
      name: user,
      password_hash: await hashPassword(passwords[user]),
    })),
  );
  const document: UsersDocument = {
    domains: [{ id: 'default', name: 'Default', description: 'The default domain' }],
    projects: ['admin', 'demo', 'service'].map((name) => ({ id: newId(), name })),
    roles: [
      { id: newId(), name: 'admin', implies: ['manager'] },
      { id: newId(), name: 'manager', implies: ['member'] },
      { id: newId(), name: 'member', implies: ['reader'] },
      { id: newId(), name: 'reader' },
      { id: newId(), name: 'service' },
    ],
    users,
    assignments: [
      ...INITIAL_CLOUDS.map(({ user, project, role }) => ({ user, project, role })),
      { user: 'admin', system: 'all', role: 'admin' },
    ],
  };
  return HEADER + stringify(document, { lineWidth: 0 });
}

const newId = (): string => randomUUID().replaceAll('-', '');

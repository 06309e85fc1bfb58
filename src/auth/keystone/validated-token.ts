import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { IdentityUnavailable } from '../auth.errors.js';
import { normalizedRoles } from '../roles.js';

/** What Keystone says about a valid token. */
export type ValidatedToken = Readonly<{
  userId: string;
  projectId: string | null;
  roles: readonly string[];
  systemScope: string | null;
  expiresAtMs: number;
}>;

const validator = Compile(
  Type.Object({
    token: Type.Object({
      user: Type.Object({ id: Type.String() }),
      project: Type.Optional(Type.Object({ id: Type.String() })),
      domain: Type.Optional(Type.Object({ id: Type.String() })),
      roles: Type.Optional(Type.Array(Type.Object({ name: Type.String() }))),
      system: Type.Optional(Type.Object({ all: Type.Optional(Type.Boolean()) })),
      expires_at: Type.String(),
    }),
  }),
);

/** @throws IdentityUnavailable when this is not how Keystone describes a token */
export function parseValidatedToken(text: string): ValidatedToken {
  const content = parseJson(text);
  if (!validator.Check(content)) throw new IdentityUnavailable('Keystone describes a token in an unknown way');
  const { user, project, domain, roles = [], system, expires_at } = content.token;
  const expiresAtMs = Date.parse(expires_at);
  if (Number.isNaN(expiresAtMs)) throw new IdentityUnavailable('Keystone gives an unknown form of time');
  return {
    userId: user.id,
    projectId: project?.id ?? null,
    // Those that somebody has in a domain are about no project, and rules are about projects.
    roles: domain === undefined ? normalizedRoles(roles.map((role) => role.name)) : [],
    systemScope: system?.all === true ? 'all' : null,
    expiresAtMs,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new IdentityUnavailable('Keystone does not answer in JSON', {}, { cause: error });
  }
}

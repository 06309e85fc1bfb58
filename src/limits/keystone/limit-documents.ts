import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { IdentityUnavailable } from '../../auth/auth.errors.js';

/** Limits by the name of what they limit. */
export type LimitValues = ReadonlyMap<string, number>;

const registered = Compile(
  Type.Object({
    registered_limits: Type.Array(Type.Object({ resource_name: Type.String(), default_limit: Type.Integer() })),
  }),
);

const ofProject = Compile(
  Type.Object({
    limits: Type.Array(
      Type.Object({
        resource_name: Type.String(),
        resource_limit: Type.Integer(),
        project_id: Type.Union([Type.String(), Type.Null()]),
      }),
    ),
  }),
);

/** @throws IdentityUnavailable when this is not how Keystone lists registered limits */
export function parseRegisteredLimits(content: unknown): LimitValues {
  if (!registered.Check(content)) throw unknownForm('registered limits');
  return new Map(content.registered_limits.map((limit) => [limit.resource_name, limit.default_limit]));
}

/**
 * Whoever may not see the limits of all projects gets those of its own.
 * @throws IdentityUnavailable when this is not how Keystone lists limits
 */
export function parseProjectLimits(content: unknown, projectId: string): LimitValues {
  if (!ofProject.Check(content)) throw unknownForm('limits');
  const limits = content.limits.filter((limit) => limit.project_id === projectId);
  return new Map(limits.map((limit) => [limit.resource_name, limit.resource_limit]));
}

const unknownForm = (what: string): IdentityUnavailable =>
  new IdentityUnavailable(`Keystone lists ${what} in an unknown way`);

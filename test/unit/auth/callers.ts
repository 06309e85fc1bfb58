import type { Caller } from '../../../src/auth/caller.js';

/** A caller with these roles in project `P1`, unless said otherwise. */
export function caller(roles: readonly string[], overrides: Partial<Caller> = {}): Caller {
  const systemScope = overrides.systemScope ?? null;
  return {
    userId: 'U1',
    projectId: 'P1',
    roles,
    serviceRoles: [],
    systemScope,
    isAdmin: systemScope === null && roles.includes('admin'),
    ...overrides,
  };
}

export const admin = caller(['admin', 'manager', 'member', 'reader']);
export const member = caller(['member', 'reader']);
export const reader = caller(['reader']);

import { randomBytes } from 'node:crypto';

/** Who sends a request: a token of the form that both a trusted-headers service and Glance's fake identity accept. */
export type TestCaller = Readonly<{ project: string; token: string }>;

const caller = (user: string, project: string, roles: readonly string[]): TestCaller => ({
  project,
  token: `${user}:${project}:${roles.join(',')}`,
});

/** Another service, which acts in a project. */
export const serviceIn = (project: string): TestCaller => caller('svc', project, ['service', 'member', 'reader']);

/** A short name that no other test uses. */
export const unique = (prefix: string): string => `${prefix}-${randomBytes(5).toString('hex')}`;

/** The callers of one test: projects of their own, so that no test sees the private images of another. */
export type Cast = Readonly<{
  admin: TestCaller;
  /** Member of the project that owns the images unless said otherwise. */
  member: TestCaller;
  /** Reader of the same project. */
  reader: TestCaller;
  /** Member of another project. */
  other: TestCaller;
  otherReader: TestCaller;
  /** Member of a third project. */
  stranger: TestCaller;
  service: TestCaller;
  /** In the owning project, but with the single role `member`. */
  withoutReaderRole: TestCaller;
}>;

export function newCast(): Cast {
  const [p1, p2, p3] = [unique('P1'), unique('P2'), unique('P3')];
  const member = ['member', 'reader'];
  return {
    admin: caller('admin', unique('PA'), ['admin', ...member]),
    member: caller('member', p1, member),
    reader: caller('reader', p1, ['reader']),
    other: caller('other', p2, member),
    otherReader: caller('other-reader', p2, ['reader']),
    stranger: caller('stranger', p3, member),
    service: caller('svc', unique('PS'), ['service']),
    withoutReaderRole: caller('bare', p1, ['member']),
  };
}

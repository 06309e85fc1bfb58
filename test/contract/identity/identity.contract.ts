import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials } from '../../../src/auth/caller.js';
import type { Identity } from '../../../src/auth/identity.js';

export type Person = 'admin' | 'member';
export type CredentialScope = 'project' | 'none' | 'system';

export type IdentityHarness = Readonly<{
  identity: Identity;
  /** What must come out for the member in the project scope. */
  member: Readonly<{ userId: string; projectId: string }>;
  /** A role of the member whose name has capitals. */
  mixedCaseRole?: string;
  /** Valid credentials; the member has no system scope. */
  credentials: (person: Person, scope: CredentialScope) => Promise<IncomingHttpHeaders>;
  /** The same request, sent on by a service with the role `service`. */
  viaService: (headers: IncomingHttpHeaders) => Promise<IncomingHttpHeaders>;
  revoke?: (headers: IncomingHttpHeaders) => Promise<void>;
  /** Makes all credentials handed out so far expire. */
  expireAll?: () => void;
  tearDown: () => Promise<void>;
}>;

/** `tokens`: credentials are tokens that cannot be made up. The others say what a test can bring about. */
type Capability = 'tokens' | 'expiry';

/** What every Identity does. */
export function identityContract(
  name: string,
  capabilities: ReadonlySet<Capability>,
  setUp: () => Promise<IdentityHarness>,
): void {
  describe(`Identity contract: ${name}`, () => {
    let harness: IdentityHarness;
    const authenticate = (headers: IncomingHttpHeaders): Promise<Credentials | null> =>
      harness.identity.authenticate(headers);
    const callerOf = async (person: Person, scope: CredentialScope): Promise<Credentials | null> =>
      authenticate(await harness.credentials(person, scope));

    beforeAll(async () => {
      harness = await setUp();
    });
    afterAll(() => harness.tearDown());

    it('knows user, project and roles of a caller', async () => {
      const caller = await callerOf('member', 'project');

      expect(caller).toMatchObject({ ...harness.member, systemScope: null, serviceRoles: [] });
      expect(caller?.roles).toEqual(expect.arrayContaining(['member', 'reader']));
      expect(caller?.roles).not.toContain('admin');
    });

    it('gives roles in lower case', async () => {
      const roles = (await callerOf('member', 'project'))?.roles ?? [];

      if (harness.mixedCaseRole !== undefined) expect(roles).toContain(harness.mixedCaseRole.toLowerCase());
      expect(roles).toEqual(roles.map((role) => role.toLowerCase()));
    });

    it('knows the roles of an administrator', async () => {
      const caller = await callerOf('admin', 'project');

      expect(caller?.roles).toContain('admin');
    });

    it('knows callers without a project', async () => {
      const caller = await callerOf('member', 'none');

      expect(caller).toMatchObject({ userId: harness.member.userId, projectId: null, roles: [] });
    });

    it('knows the scope of the system, which is no project', async () => {
      const caller = await callerOf('admin', 'system');

      expect(caller).toMatchObject({ projectId: null, systemScope: 'all' });
    });

    it('knows the roles of a service that sends a request on', async () => {
      const caller = await authenticate(await harness.viaService(await harness.credentials('member', 'project')));

      expect(caller).toMatchObject(harness.member);
      expect(caller?.serviceRoles).toContain('service');
      expect(caller?.roles).not.toContain('service');
    });

    it('knows nobody without credentials', async () => {
      expect(await authenticate({})).toBeNull();
    });

    it.each([
      ['empty', ''],
      ['blank', '   '],
      ['short', 'x'],
      ['of another form', 'a.b.c'],
      ['with blanks', 'a b'],
      ['not ASCII', 'jetön'],
      ['that no header may carry', 'a\nb'],
      ['very long', 'x'.repeat(20_000)],
    ])('knows nobody by a token that is %s', async (_kind, token) => {
      expect(await authenticate({ 'x-auth-token': token })).toBeNull();
    });

    it('names the scheme of authentication in its challenge', () => {
      expect(harness.identity.challenge).toMatch(/^Keystone( uri="http.*")?$/);
    });

    if (capabilities.has('tokens')) {
      it('refuses a token that was tampered with', async () => {
        const token = String((await harness.credentials('member', 'project'))['x-auth-token']);
        const middle = Math.floor(token.length / 2);
        const other = token.charAt(middle) === 'A' ? 'B' : 'A';

        expect(
          await authenticate({ 'x-auth-token': token.slice(0, middle) + other + token.slice(middle + 1) }),
        ).toBeNull();
      });

      it('takes an invalid service token for none', async () => {
        const headers = { ...(await harness.credentials('member', 'project')), 'x-service-token': 'nonsense' };

        expect(await authenticate(headers)).toMatchObject({ ...harness.member, serviceRoles: [] });
      });

      it('refuses a revoked token, and only that one', async () => {
        const [revoked, other] = [
          await harness.credentials('member', 'project'),
          await harness.credentials('member', 'project'),
        ];
        await harness.revoke!(revoked);

        expect(await authenticate(revoked)).toBeNull();
        expect(await authenticate(other)).toMatchObject(harness.member);
      });
    }

    if (capabilities.has('expiry')) {
      it('refuses an expired token, and takes a new one', async () => {
        const headers = await harness.credentials('member', 'project');
        expect(await authenticate(headers)).not.toBeNull();
        harness.expireAll!();

        expect(await authenticate(headers)).toBeNull();
        expect(await callerOf('member', 'project')).toMatchObject(harness.member);
      });
    }
  });
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import { IdentityServer } from './identity-server.js';
import { issueToken, type Login } from './keystone-tokens.js';

type Answer = Readonly<{ status: number; headers: Headers; json: any }>;

describe('the built-in identity API', () => {
  let server: IdentityServer;
  let admin: Login;
  let demo: Login;
  let service: Login;
  let adminToken: string;
  let demoToken: string;

  const ask = async (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<Answer> => {
    const response = await fetch(`${server.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text === '' ? null : JSON.parse(text) };
  };
  const get = (path: string, token: string): Promise<Answer> => ask('GET', path, { 'x-auth-token': token });
  const logIn = (identity: object, scope?: unknown): Promise<Answer> =>
    ask('POST', '/auth/tokens', {}, JSON.stringify({ auth: { identity, ...(scope === undefined ? {} : { scope }) } }));
  const byPassword = (login: Login, password = login.password) => ({
    methods: ['password'],
    password: { user: { name: login.username, domain: { id: 'default' }, password } },
  });
  const byToken = (id: string) => ({ methods: ['token'], token: { id } });
  const inProject = (name: string) => ({ project: { name, domain: { id: 'default' } } });
  const names = (answer: Answer, list: string): string[] => answer.json[list].map((each: any) => each.name).sort();

  beforeAll(async () => {
    server = await IdentityServer.start();
    service = await server.addServiceUser();
    [admin, demo] = [await server.login('hindsight'), await server.login('hindsight-demo')];
    adminToken = (await issueToken(server.url, admin)).token;
    demoToken = (await issueToken(server.url, demo)).token;
  });
  afterAll(() => server.remove());

  describe('discovery', () => {
    it.each([
      ['', 200],
      ['/', 200],
      ['/..', 300],
      ['/../', 300],
    ])('answers %s with %s and the address that the client used', async (path, status) => {
      const answer = await ask('GET', path);
      const version = status === 200 ? answer.json.version : answer.json.versions.values[0];

      expect(answer.status).toBe(status);
      expect(version).toMatchObject({ id: 'v3.14', status: 'stable' });
      expect(version.links[0].href).toBe(`${server.url}/`);
    });

    it("answers unknown paths with 404 in Keystone's form", async () => {
      const answer = await get('/no/such/thing', adminToken);

      expect(answer).toMatchObject({ status: 404, json: { error: { code: 404, title: 'Not Found' } } });
    });
  });

  it('writes the port that it got into the clouds file', async () => {
    await eventually(async () => {
      expect(await readFile(join(server.dataDir, 'clouds.yaml'), 'utf8')).toContain(`auth_url: ${server.url}\n`);
    });
    expect(server.identity.challenge).toBe(`Keystone uri="${server.url}"`);
  });

  describe('logging in', () => {
    it('gives a token with roles, project, catalog and times', async () => {
      const { status, headers, json } = await logIn(byPassword(demo), inProject('demo'));

      expect(status).toBe(201);
      expect(headers.get('x-subject-token')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
      expect(json.token).toMatchObject({
        methods: ['password'],
        user: { name: 'demo', domain: { id: 'default', name: 'Default' } },
        project: { name: 'demo', domain: { id: 'default', name: 'Default' } },
      });
      expect(json.token.roles.map((role: any) => role.name).sort()).toEqual(['Auditor', 'member', 'reader']);
      expect(Date.parse(json.token.expires_at) - Date.parse(json.token.issued_at)).toBe(3_600_000);
      const image = json.token.catalog.find((each: any) => each.type === 'image');
      expect(image.endpoints.map((each: any) => each.interface)).toEqual(['public', 'internal', 'admin']);
      expect(image.endpoints[0]).toMatchObject({ region_id: 'RegionOne', url: server.url.replace('/identity/v3', '') });
    });

    it('leaves the catalog out when asked', async () => {
      const body = JSON.stringify({ auth: { identity: byPassword(demo), scope: inProject('demo') } });

      expect((await ask('POST', '/auth/tokens?nocatalog', {}, body)).json.token.catalog).toBeUndefined();
    });

    it('is the same by a token, which lives no longer than the first', async () => {
      server.putClockForward(60_000);
      const first = await get('/auth/tokens', demoToken).then(() => inspect(demoToken));
      const { status, json } = await logIn(byToken(demoToken), inProject('demo'));

      expect(status).toBe(201);
      expect(json.token.methods).toEqual(['password', 'token']);
      expect(json.token.expires_at).toBe(first.expires_at);
      expect(json.token.audit_ids[1]).toBe(first.audit_ids[0]);
    });

    it.each([
      ['a wrong password', () => logIn(byPassword(demo, 'wrong'), inProject('demo'))],
      ['an unknown user', () => logIn(byPassword({ ...demo, username: 'nobody' }), inProject('demo'))],
      ['a project without a role', () => logIn(byPassword(demo), inProject('admin'))],
      ['an unknown project', () => logIn(byPassword(demo), inProject('nowhere'))],
      ['the system without a role', () => logIn(byPassword(demo), { system: { all: true } })],
      ['an invalid token', () => logIn(byToken('nonsense'), inProject('demo'))],
    ])('is refused alike for %s', async (_what, attempt) => {
      const answer = await attempt();

      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe(`Keystone uri="${server.url}"`);
      expect(answer.json.error).toEqual({
        code: 401,
        title: 'Unauthorized',
        message: 'The request needs a valid token, user name and password, or scope.',
      });
    });

    it.each([
      ['no JSON', '{', 400],
      ['no object', '[]', 400],
      ['an empty object', '{}', 400],
      ['identity that is no object', '{"auth":{"identity":[]}}', 400],
      ['an unknown method', '{"auth":{"identity":{"methods":["totp"]}}}', 400],
      ['no method', '{"auth":{"identity":{"methods":[]}}}', 400],
      ['a method without its data', '{"auth":{"identity":{"methods":["password"]}}}', 400],
      [
        'a password that is no text',
        '{"auth":{"identity":{"methods":["password"],"password":{"user":{"id":"u","password":1}}}}}',
        400,
      ],
      [
        'a user without name',
        '{"auth":{"identity":{"methods":["password"],"password":{"user":{"password":"x"}}}}}',
        400,
      ],
      [
        'a user without domain',
        '{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"u","password":"x"}}}}}',
        400,
      ],
      [
        'a scope of a domain',
        '{"auth":{"identity":{"methods":["token"],"token":{"id":"x"}},"scope":{"domain":{"id":"default"}}}}',
        400,
      ],
      [
        'names of the language',
        '{"auth":{"__proto__":{},"constructor":{},"identity":{"constructor":1,"methods":["token"],"token":{"id":"x","constructor":{}}}}}',
        401,
      ],
      ['bottomless nesting', '{"auth":'.repeat(2000) + '1' + '}'.repeat(2000), 400],
      ['too many bytes', `{"auth":"${'x'.repeat(70_000)}"}`, 413],
    ])("answers a body with %s as a client's mistake", async (_what, body, status) => {
      const answer = await ask('POST', '/auth/tokens', {}, body);

      expect(answer.status).toBe(status);
      expect(answer.json.error).toMatchObject({ code: status, message: expect.stringMatching(/\w/) });
    });
  });

  const inspect = async (subject: string, asking = adminToken): Promise<any> => {
    const answer = await ask('GET', '/auth/tokens', { 'x-auth-token': asking, 'x-subject-token': subject });
    return answer.json.token;
  };
  const about = (method: string, asking: string, subject: string): Promise<Answer> =>
    ask(method, '/auth/tokens', { 'x-auth-token': asking, 'x-subject-token': subject });

  describe('validating a token', () => {
    it.each(['GET', 'HEAD'])('is for admins, services and its own user: %s', async (method) => {
      const serviceToken = (await issueToken(server.url, service)).token;

      for (const asking of [adminToken, serviceToken, demoToken]) {
        const answer = await about(method, asking, demoToken);
        expect(answer.status).toBe(200);
        expect(answer.headers.get('x-subject-token')).toBe(demoToken);
        expect(answer.json?.token.user.name).toBe(method === 'GET' ? 'demo' : undefined);
      }
      expect((await about(method, demoToken, adminToken)).status).toBe(403);
      expect((await about(method, 'nonsense', demoToken)).status).toBe(401);
      expect((await about(method, adminToken, 'nonsense')).status).toBe(404);
    });
  });

  describe('revoking a token', () => {
    it('is for its own user and for admins', async () => {
      const tokens = [await issueToken(server.url, demo), await issueToken(server.url, demo)].map((each) => each.token);

      expect((await about('DELETE', demoToken, adminToken)).status).toBe(403);
      expect((await about('DELETE', tokens[0]!, tokens[0]!)).status).toBe(204);
      expect((await about('DELETE', adminToken, tokens[1]!)).status).toBe(204);
      for (const token of tokens) expect((await get('/auth/projects', token)).status).toBe(401);
    });

    it('holds after a restart and in other processes, and so do valid tokens', async () => {
      const { token } = await issueToken(server.url, demo);
      const other = await IdentityServer.start(server.dataDir);
      try {
        expect(await other.identity.authenticate({ 'x-auth-token': token })).not.toBeNull();
        await about('DELETE', token, token);
        expect(await other.identity.authenticate({ 'x-auth-token': token })).toBeNull();
        expect(await other.identity.authenticate({ 'x-auth-token': demoToken })).not.toBeNull();
      } finally {
        await other.stop();
      }
    });
  });

  describe('looking things up', () => {
    it('shows an admin everything', async () => {
      expect(names(await get('/projects', adminToken), 'projects')).toEqual(['admin', 'demo', 'service']);
      expect(names(await get('/projects?name=demo&domain_id=default', adminToken), 'projects')).toEqual(['demo']);
      expect(names(await get('/users?name=demo', adminToken), 'users')).toEqual(['demo']);
      expect(names(await get('/users?enabled=false', adminToken), 'users')).toEqual([]);
      expect(names(await get('/domains', adminToken), 'domains')).toEqual(['Default']);
      expect(names(await get('/roles?name=reader', adminToken), 'roles')).toEqual(['reader']);
      expect(names(await get('/services?type=image', adminToken), 'services')).toEqual(['glance']);
      expect((await get('/endpoints?interface=public', adminToken)).json.endpoints).toHaveLength(2);
      expect((await get('/regions', adminToken)).json.regions[0].id).toBe('RegionOne');
      expect((await get('/auth/system', adminToken)).json.system).toEqual([{ all: true }]);
    });

    it.each(['projects', 'users', 'domains', 'roles', 'services', 'endpoints', 'regions'])(
      'shows one of the %s by its id',
      async (list) => {
        const [first] = (await get(`/${list}`, adminToken)).json[list];
        const answer = await get(`/${list}/${first.id}`, adminToken);

        expect(answer).toMatchObject({ status: 200, json: { [list.slice(0, -1)]: { id: first.id } } });
        expect((await get(`/${list}/nope`, adminToken)).status).toBe(404);
      },
    );

    it('lists who has which role, with the implied ones and names if asked', async () => {
      const { userId } = await issueToken(server.url, demo);
      const roles = async (query: string): Promise<any[]> =>
        (await get(`/role_assignments?user.id=${userId}${query}`, adminToken)).json.role_assignments;

      expect(await roles('')).toHaveLength(2);
      const effective = await roles('&effective&include_names');
      expect(effective.map((each) => each.role.name).sort()).toEqual(['Auditor', 'member', 'reader']);
      expect(effective[0].scope.project.name).toBe('demo');
      expect(await roles('&scope.system=all')).toEqual([]);
    });

    it('shows others themselves and their projects', async () => {
      const { userId, projectId } = await issueToken(server.url, demo);

      expect((await get(`/users/${userId}`, demoToken)).json.user.name).toBe('demo');
      expect(names(await get(`/users/${userId}/projects`, demoToken), 'projects')).toEqual(['demo']);
      expect(names(await get('/auth/projects', demoToken), 'projects')).toEqual(['demo']);
      expect(names(await get('/projects?name=demo', demoToken), 'projects')).toEqual(['demo']);
      expect((await get('/projects', demoToken)).status).toBe(403);
      expect((await get('/projects?name=admin', demoToken)).status).toBe(403);
      expect((await get(`/projects/${projectId}`, demoToken)).json.project.name).toBe('demo');
      expect((await get('/auth/catalog', demoToken)).json.catalog).toHaveLength(2);
    });

    it.each([
      '/users',
      '/users/other',
      '/users/other/projects',
      '/projects/other',
      '/domains',
      '/roles',
      '/role_assignments',
      '/services',
      '/endpoints',
    ])('does not show others %s', async (path) => {
      expect(await get(path, demoToken)).toMatchObject({ status: 403, json: { error: { title: 'Forbidden' } } });
      expect((await ask('GET', path)).status).toBe(401);
    });
  });

  describe('a token', () => {
    it('is invalid as soon as its user, role or password is taken away', async () => {
      const { token } = await issueToken(server.url, service);
      const isValid = async (): Promise<boolean> =>
        (await server.identity.authenticate({ 'x-auth-token': token })) !== null;
      const index = 2;
      expect(await isValid()).toBe(true);
      await server.editUsers((users) => users.setIn(['users', index, 'enabled'], false));
      expect(await isValid()).toBe(false);
      await server.editUsers((users) => users.deleteIn(['users', index, 'enabled']));
      expect(await isValid()).toBe(true);
      await server.editUsers((users) => users.setIn(['users', index, 'password'], 'another'));
      expect(await isValid()).toBe(false);
    });

    it('signed by another service is none', async () => {
      const stranger = await IdentityServer.start();
      try {
        const { token } = await issueToken(stranger.url, await stranger.login('hindsight'));
        expect(await server.identity.authenticate({ 'x-auth-token': token })).toBeNull();
      } finally {
        await stranger.remove();
      }
    });
  });
});

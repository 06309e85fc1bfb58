import type { CredentialScope } from './identity.contract.js';

export type Login = Readonly<{
  username: string;
  password: string;
  projectName: string;
  userDomainName: string;
  projectDomainName: string;
}>;

type IssuedToken = Readonly<{ token: string; userId: string; projectId: string | null }>;

const scopeBody = (login: Login, scope: CredentialScope) => {
  if (scope === 'system') return { system: { all: true } };
  if (scope === 'none') return 'unscoped';
  return { project: { name: login.projectName, domain: { name: login.projectDomainName } } };
};

/** Logs in at a Keystone as its clients do. */
export async function issueToken(url: string, login: Login, scope: CredentialScope = 'project'): Promise<IssuedToken> {
  const user = { name: login.username, password: login.password, domain: { name: login.userDomainName } };
  const body = {
    auth: { identity: { methods: ['password'], password: { user } }, scope: scopeBody(login, scope) },
  };
  const response = await fetch(`${url}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(`login answered ${response.status}: ${await response.text()}`);
  const { token } = (await response.json()) as any;
  return {
    token: response.headers.get('x-subject-token')!,
    userId: token.user.id,
    projectId: token.project?.id ?? null,
  };
}

export async function revokeToken(url: string, token: string): Promise<void> {
  const headers = { 'x-auth-token': token, 'x-subject-token': token };
  const response = await fetch(`${url}/auth/tokens`, { method: 'DELETE', headers });
  if (response.status !== 204) throw new Error(`revocation answered ${response.status}: ${await response.text()}`);
}

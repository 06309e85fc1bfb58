import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { badRequest } from '../../../http/http-problem.js';
import type { Json, JsonObject } from '../../../kernel/json.js';
import type { EntityReference } from '../directory.js';
import type { Credentials, RequestedScope } from '../login.js';
import { AuthRequestDto } from './auth-request.dto.js';

type AuthRequest = Readonly<{ credentials: Credentials; scope: RequestedScope }>;
type Auth = AuthRequestDto['auth'];

/** @throws HttpProblem 400 saying which part is missing or wrong */
export function parseAuthRequest(body: JsonObject): AuthRequest {
  const dto = plainToInstance(AuthRequestDto, withScopeObject(body));
  const [error] = validateSync(dto, { whitelist: true, forbidUnknownValues: true });
  if (error) throw badRequest(messageOf(error, ''));
  return { credentials: credentialsOf(dto.auth.identity), scope: scopeOf(dto.auth.scope) };
}

/** The scope may be the bare word "unscoped". */
function withScopeObject(body: JsonObject): JsonObject {
  const auth = body['auth'];
  if (!isObject(auth) || auth['scope'] !== 'unscoped') return body;
  return { auth: { ...auth, scope: { unscoped: {} } } };
}

function credentialsOf(identity: Auth['identity']): Credentials {
  if (identity.methods.includes('token')) {
    if (!identity.token) throw badRequest('auth.identity.token is missing.');
    return { method: 'token', token: identity.token.id };
  }
  const user = identity.password?.user;
  if (!user) throw badRequest('auth.identity.password is missing.');
  return { method: 'password', user: referenceOf(user, 'auth.identity.password.user'), password: user.password };
}

function scopeOf(scope: Auth['scope']): RequestedScope {
  if (scope?.domain) throw badRequest('Tokens scoped to a domain are not supported.');
  if (scope?.project) return { kind: 'project', project: referenceOf(scope.project, 'auth.scope.project') };
  return { kind: scope?.system ? 'system' : 'unscoped' };
}

type Named = Readonly<{ id?: string; name?: string; domain?: Readonly<{ id?: string; name?: string }> }>;

function referenceOf(entity: Named, path: string): EntityReference {
  if (entity.id !== undefined) return { id: entity.id };
  if (entity.name === undefined) throw badRequest(`${path} needs an id or a name.`);
  if (entity.domain?.id === undefined && entity.domain?.name === undefined)
    throw badRequest(`${path}.domain needs an id or a name.`);
  return { name: entity.name, domain: entity.domain };
}

function messageOf(error: ValidationError, parent: string): string {
  const path = parent === '' ? error.property : `${parent}.${error.property}`;
  const [child] = error.children ?? [];
  if (child) return messageOf(child, path);
  const [reason] = Object.values(error.constraints ?? {});
  return `${parent === '' ? '' : `${parent}: `}${reason ?? `${error.property} is not as expected`}.`;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

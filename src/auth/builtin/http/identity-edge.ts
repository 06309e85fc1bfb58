import type { FastifyRequest } from 'fastify';
import type { AppConfig } from '../../../config/app-config.js';
import { baseUrl } from '../../../http/base-url.js';
import { HttpProblem } from '../../../http/http-problem.js';
import { ActionForbidden } from '../../auth.errors.js';
import { headerValue } from '../../header-value.js';
import { serviceCatalog, type ServiceDocument } from '../documents/catalog.js';
import type { Session, Sessions } from '../sessions.js';

/** What all controllers of the identity API need: who asks, and under which address this service is known to them. */
export class IdentityEdge {
  constructor(
    private readonly sessions: Sessions,
    readonly region: string,
    private readonly config: Pick<AppConfig, 'api' | 'edge'>,
  ) {}

  /** @throws HttpProblem 401 without a valid X-Auth-Token */
  async requireSession(request: FastifyRequest): Promise<Session> {
    const session = await this.sessions.open(headerValue(request.headers, 'x-auth-token'));
    if (session === null) throw this.unauthorized(request);
    return session;
  }

  /**
   * @param action Keystone's name of what is asked for, such as `list_users`
   * @throws ActionForbidden for anybody but an admin
   */
  async requireAdmin(request: FastifyRequest, action: string): Promise<Session> {
    const session = await this.requireSession(request);
    if (!isAdmin(session)) throw refusal(action);
    return session;
  }

  /** The session of the token that the request is about. */
  async subject(request: FastifyRequest): Promise<Readonly<{ token: string; session: Session }>> {
    const token = headerValue(request.headers, 'x-subject-token');
    const session = await this.sessions.open(token);
    if (token === null || session === null)
      throw new HttpProblem(404, 'The subject token does not exist or is no longer valid.');
    return { token, session };
  }

  unauthorized(request: FastifyRequest): HttpProblem {
    return new HttpProblem(401, 'The request needs a valid token, user name and password, or scope.', '', {
      'www-authenticate': `Keystone uri="${this.baseUrl(request)}/identity/v3"`,
    });
  }

  /** The configured address, else the one that the client used. */
  baseUrl(request: FastifyRequest): string {
    return baseUrl(request, this.config);
  }

  catalog(request: FastifyRequest): readonly ServiceDocument[] {
    return serviceCatalog(this.baseUrl(request), this.region);
  }
}

export const isAdmin = (session: Session): boolean => session.roles.some((role) => role.name.toLowerCase() === 'admin');

export const refusal = (action: string): ActionForbidden =>
  new ActionForbidden(`You are not authorized to perform the requested action: identity:${action}.`, { action });

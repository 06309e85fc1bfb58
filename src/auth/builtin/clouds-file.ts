import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Document, parseDocument } from 'yaml';
import { DomainError } from '../../kernel/domain-error.js';
import { errorCodeOf } from '../../kernel/error-code.js';
import { INITIAL_CLOUDS, type InitialPasswords, type InitialUser } from './initial-users.js';
import { createPrivateFile, replacePrivateFile } from './private-file.js';

/** The clouds file exists, but is not one. The operator corrects or removes it. */
export class CloudsFileInvalid extends DomainError {
  readonly code = 'auth.clouds_file_invalid';
}

/** Where clients find the identity service: base URL of this service and region of its catalog. */
export type CloudsEndpoint = Readonly<{ baseUrl: string; region: string }>;

/** `clouds.yaml`, from which OpenStack clients take address, user and password. */
export class CloudsFile {
  constructor(private readonly path: string) {}

  async exists(): Promise<boolean> {
    return (await this.read()) !== null;
  }

  /** Creates the file with new passwords unless it is there. */
  async createIfAbsent(endpoint: CloudsEndpoint): Promise<void> {
    if (await this.exists()) return;
    const document = new Document({ clouds: {} });
    for (const { cloud, user, project } of INITIAL_CLOUDS) {
      document.setIn(['clouds', cloud], {
        region_name: endpoint.region,
        identity_api_version: 3,
        image_api_version: 2,
        auth: {
          auth_url: identityUrl(endpoint),
          username: user,
          password: randomBytes(16).toString('hex'),
          project_name: project,
          user_domain_name: 'Default',
          project_domain_name: 'Default',
        },
      });
    }
    await createPrivateFile(this.path, document.toString());
  }

  /**
   * The passwords of the users of a first start.
   * @throws CloudsFileInvalid when the file lacks one
   */
  async passwords(): Promise<InitialPasswords> {
    const document = await this.read();
    const passwordOf = (user: InitialUser): string => {
      const cloud = INITIAL_CLOUDS.find((initial) => initial.user === user)?.cloud;
      const password = document?.getIn(['clouds', cloud, 'auth', 'password']);
      if (typeof password === 'string' && password !== '') return password;
      throw new CloudsFileInvalid(`Clouds file ${this.path}: no password in the cloud "${cloud ?? user}"`);
    };
    return { admin: passwordOf('admin'), demo: passwordOf('demo') };
  }

  /** Makes our clouds point here, if they do not yet; leaves the rest of the file as it is. */
  async pointTo(endpoint: CloudsEndpoint): Promise<void> {
    const document = await this.read();
    if (document === null) return;
    const before = document.toString();
    point(document, endpoint);
    const after = document.toString();
    if (after !== before) await replacePrivateFile(this.path, after);
  }

  private async read(): Promise<Document | null> {
    const text = await readFile(this.path, 'utf8').catch((error: unknown) => {
      if (errorCodeOf(error) === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return null;
    const document = parseDocument(text);
    const [problem] = document.errors;
    if (problem) throw new CloudsFileInvalid(`Clouds file ${this.path}: ${problem.message}`, {}, { cause: problem });
    return document;
  }
}

function point(document: Document, endpoint: CloudsEndpoint): void {
  for (const { cloud } of INITIAL_CLOUDS) {
    if (!document.hasIn(['clouds', cloud, 'auth'])) continue;
    document.setIn(['clouds', cloud, 'auth', 'auth_url'], identityUrl(endpoint));
    document.setIn(['clouds', cloud, 'region_name'], endpoint.region);
  }
}

const identityUrl = (endpoint: CloudsEndpoint): string => `${endpoint.baseUrl}/identity/v3`;

import { optionsOf } from './option.js';
import {
  booleanType,
  choiceType,
  integerType,
  listType,
  optionalTextType,
  optionalUrlType,
  textType,
} from './option-types.js';

const keystone = optionsOf('keystone_authtoken');

/** Plugins of keystoneauth that are understood. */
export const AUTH_TYPES = ['password', 'v3password', 'v3applicationcredential'] as const;

const seconds = { unit: 'seconds' };

/** Options of the group [keystone_authtoken], used when a Keystone tells who is calling. */
export const keystoneOptions = {
  authUrl: keystone('auth_url', optionalUrlType, null, 'Where the service logs in and validates tokens.'),
  wwwAuthenticateUri: keystone('www_authenticate_uri', optionalUrlType, null, 'Where clients are sent to log in.', {
    defaultText: 'auth_url',
    formerly: [['keystone_authtoken', 'auth_uri']],
  }),
  authType: keystone('auth_type', choiceType(...AUTH_TYPES), 'password', 'How the service logs in.', {
    formerly: [['keystone_authtoken', 'auth_plugin']],
  }),
  authSection: keystone(
    'auth_section',
    optionalTextType,
    null,
    'Another group that holds auth_type, auth_url and the credentials.',
  ),
  applicationCredentialId: keystone(
    'application_credential_id',
    optionalTextType,
    null,
    'With auth_type v3applicationcredential: what the service logs in with, instead of a user and a password.',
  ),
  applicationCredentialName: keystone(
    'application_credential_name',
    optionalTextType,
    null,
    'The same by its name; needs the user.',
  ),
  applicationCredentialSecret: keystone('application_credential_secret', optionalTextType, null, 'Its secret.', {
    secret: true,
  }),
  username: keystone('username', optionalTextType, null, 'The service user.', {
    formerly: [
      ['keystone_authtoken', 'user_name'],
      ['keystone_authtoken', 'user-name'],
      ['keystone_authtoken', 'admin_user'],
    ],
  }),
  userId: keystone('user_id', optionalTextType, null, 'The service user by id, instead of username.'),
  password: keystone('password', optionalTextType, null, 'The password of the service user.', {
    formerly: [['keystone_authtoken', 'admin_password']],
    secret: true,
  }),
  projectName: keystone('project_name', textType, 'service', 'The project of the service user.', {
    formerly: [
      ['keystone_authtoken', 'tenant_name'],
      ['keystone_authtoken', 'admin_tenant_name'],
    ],
  }),
  projectId: keystone('project_id', optionalTextType, null, 'The project by id, instead of project_name.', {
    formerly: [['keystone_authtoken', 'tenant_id']],
  }),
  userDomainName: keystone('user_domain_name', textType, 'Default', 'The domain of the service user.'),
  userDomainId: keystone('user_domain_id', optionalTextType, null, 'That domain by id.'),
  projectDomainName: keystone('project_domain_name', textType, 'Default', 'The domain of its project.'),
  projectDomainId: keystone('project_domain_id', optionalTextType, null, 'That domain by id.'),
  serviceTokenRoles: keystone(
    'service_token_roles',
    listType(textType),
    ['service'],
    'Roles of services whose token lets the expired token of a user pass.',
  ),
  serviceTokenRolesRequired: keystone(
    'service_token_roles_required',
    booleanType,
    false,
    'Take no service token without one of these roles.',
  ),
  tokenCacheTime: keystone(
    'token_cache_time',
    integerType(-1),
    300,
    'How long a validated token is believed; -1 never.',
    seconds,
  ),
  httpConnectTimeout: keystone(
    'http_connect_timeout',
    integerType(1, 2_000_000),
    10,
    'Time in which Keystone must answer.',
    seconds,
  ),
  insecure: keystone('insecure', booleanType, false, 'Do not verify the certificate of the identity service.'),
  caFile: keystone('cafile', optionalTextType, null, 'Certificates to trust, in PEM.'),
} as const;

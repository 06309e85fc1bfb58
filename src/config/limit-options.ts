import { AUTH_TYPES } from './keystone-options.js';
import { optionsOf } from './option.js';
import { booleanType, choiceType, integerType, optionalTextType, optionalUrlType, textType } from './option-types.js';

const general = optionsOf('DEFAULT');
const limit = optionsOf('oslo_limit');
const hindsight = optionsOf('hindsight');

const seconds = { unit: 'seconds' };

/** Options of Keystone's unified limits. */
export const limitOptions = {
  useKeystoneLimits: general(
    'use_keystone_limits',
    booleanType,
    false,
    'Take limits of projects from Keystone, see [oslo_limit]; user_storage_quota has no effect then.',
  ),
  cacheTime: hindsight(
    'limits_cache_time',
    integerType(0),
    10,
    'How long a limit that Keystone has told is believed.',
    seconds,
  ),
  authUrl: limit('auth_url', optionalUrlType, null, 'Keystone that keeps the limits.'),
  authType: limit('auth_type', choiceType(...AUTH_TYPES), 'password', 'How the service logs in.', {
    formerly: [['oslo_limit', 'auth_plugin']],
  }),
  authSection: limit(
    'auth_section',
    optionalTextType,
    null,
    'Another group that holds auth_type, auth_url and the credentials.',
  ),
  applicationCredentialId: limit(
    'application_credential_id',
    optionalTextType,
    null,
    'With auth_type v3applicationcredential: what the service logs in with, instead of a user and a password.',
  ),
  applicationCredentialName: limit(
    'application_credential_name',
    optionalTextType,
    null,
    'The same by its name; needs the user.',
  ),
  applicationCredentialSecret: limit('application_credential_secret', optionalTextType, null, 'Its secret.', {
    secret: true,
  }),
  username: limit('username', optionalTextType, null, 'The service user.', {
    formerly: [['oslo_limit', 'user_name']],
  }),
  userId: limit('user_id', optionalTextType, null, 'The service user, by id instead of name.'),
  password: limit('password', optionalTextType, null, 'The password of the service user.', { secret: true }),
  userDomainName: limit('user_domain_name', optionalTextType, null, 'The domain of the service user.', {
    defaultText: 'default_domain_name, else Default',
  }),
  userDomainId: limit('user_domain_id', optionalTextType, null, 'The same by its id.', {
    defaultText: 'default_domain_id',
  }),
  systemScope: limit(
    'system_scope',
    optionalTextType,
    null,
    'With all, the service logs in for the whole system: only so may it read the limits of all projects.',
  ),
  domainId: limit('domain_id', optionalTextType, null, 'Domain to log in for.'),
  domainName: limit('domain_name', optionalTextType, null, 'The same by its name.'),
  projectName: limit('project_name', optionalTextType, null, 'Project to log in for.', {
    formerly: [['oslo_limit', 'tenant_name']],
  }),
  projectId: limit('project_id', optionalTextType, null, 'The same by its id.', {
    formerly: [['oslo_limit', 'tenant_id']],
  }),
  projectDomainName: limit('project_domain_name', optionalTextType, null, 'The domain of that project.', {
    defaultText: 'default_domain_name, else Default',
  }),
  projectDomainId: limit('project_domain_id', optionalTextType, null, 'The same by its id.', {
    defaultText: 'default_domain_id',
  }),
  defaultDomainName: limit('default_domain_name', optionalTextType, null, 'Domain of user and project.'),
  defaultDomainId: limit('default_domain_id', optionalTextType, null, 'The same by its id.'),
  endpointId: limit('endpoint_id', optionalTextType, null, 'Endpoint of this service in the catalogue of Keystone.', {
    defaultText: 'the one that the options below describe',
  }),
  serviceType: limit(
    'endpoint_service_type',
    textType,
    'image',
    'Type of the service that limits are registered for.',
    {
      formerly: [['oslo_limit', 'service_type']],
    },
  ),
  serviceName: limit('endpoint_service_name', optionalTextType, null, 'Name of that service.', {
    formerly: [['oslo_limit', 'service_name']],
  }),
  regionName: limit('endpoint_region_name', optionalTextType, null, 'Region of the endpoint.', {
    formerly: [['oslo_limit', 'region_name']],
  }),
  endpointInterface: limit('endpoint_interface', textType, 'public', 'Interface of the endpoint.'),
  endpointOverride: limit('endpoint_override', optionalUrlType, null, 'Where Keystone is read from.', {
    defaultText: 'auth_url',
  }),
  timeout: limit('timeout', integerType(1, 2_000_000), 10, 'How long an answer of Keystone is waited for.', seconds),
  insecure: limit('insecure', booleanType, false, 'Do not verify the certificate of Keystone.'),
  caFile: limit('cafile', optionalTextType, null, 'Certificates to trust, in PEM.'),
} as const;

import { optionsOf } from './option.js';
import { booleanType, choiceType, integerType, listType, optionalTextType, textType } from './option-types.js';

const oslo = optionsOf('oslo_policy');
const general = optionsOf('DEFAULT');

const beside = 'relative to the folders of the configuration files, or to the data folder when there are none';

/** Options of the group [oslo_policy], under the names that oslo.policy gave them. */
export const policyOptions = {
  policyFile: oslo(
    'policy_file',
    textType,
    'policy.yaml',
    `File of policy rules that differ from the defaults, ${beside}.`,
    {
      defaultText: '`policy.yaml`, else `policy.json`',
      formerly: [['DEFAULT', 'policy_file']],
    },
  ),
  policyDirs: oslo(
    'policy_dirs',
    listType(textType),
    ['policy.d'],
    'Folders of further policy files, read after policy_file and by name; of rules with the same name the last counts.',
    { formerly: [['DEFAULT', 'policy_dirs']] },
  ),
  policyDefaultRule: oslo(
    'policy_default_rule',
    textType,
    'default',
    'Rule that answers in the place of rules that there are not.',
    { formerly: [['DEFAULT', 'policy_default_rule']] },
  ),
  enforceNewDefaults: oslo(
    'enforce_new_defaults',
    booleanType,
    true,
    'With false, defaults also allow what they allowed before there were roles for reading and writing.',
  ),
  enforceScope: oslo(
    'enforce_scope',
    booleanType,
    true,
    'Refuse callers whose token is for the system, not for a project.',
  ),
  remoteContentType: oslo(
    'remote_content_type',
    choiceType('application/x-www-form-urlencoded', 'application/json'),
    'application/x-www-form-urlencoded',
    'How servers named by http: and https: checks are asked.',
  ),
  remoteTimeout: oslo('remote_timeout', integerType(1, 600), 10, 'Longest wait for such a server.', {
    unit: 'seconds',
  }),
  remoteSslVerifyServerCrt: oslo(
    'remote_ssl_verify_server_crt',
    booleanType,
    true,
    'Verify the certificates of such servers.',
  ),
  remoteSslCaCrtFile: oslo('remote_ssl_ca_crt_file', optionalTextType, null, 'Certificates to trust then, in PEM.'),
  remoteSslClientCrtFile: oslo(
    'remote_ssl_client_crt_file',
    optionalTextType,
    null,
    'Certificate that such servers are shown, in PEM.',
  ),
  remoteSslClientKeyFile: oslo('remote_ssl_client_key_file', optionalTextType, null, 'Its private key, in PEM.'),
} as const;

/** Options of the group [DEFAULT] about custom properties. */
export const propertyOptions = {
  propertyProtectionFile: general(
    'property_protection_file',
    optionalTextType,
    null,
    `File that says who may create, read, update and delete which custom properties, ${beside}.`,
  ),
  propertyProtectionRuleFormat: general(
    'property_protection_rule_format',
    choiceType('roles', 'policies'),
    'roles',
    'Whether that file names roles or policy rules.',
  ),
} as const;

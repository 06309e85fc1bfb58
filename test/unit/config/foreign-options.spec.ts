import { foreignOption, judgeUnused } from '../../../src/config/foreign-options.js';
import { allOptions } from '../../../src/config/options.js';

/**
 * The options of Glance that change behaviour an operator can notice, old and new, those of stores that exist here included.
 * Prefixes stand for one of their options.
 */
const GLANCE: Readonly<Record<string, string>> = {
  DEFAULT:
    'limit_param_default api_limit_max image_member_quota image_property_quota image_tag_quota image_location_quota image_size_cap ' +
    'user_storage_quota use_keystone_limits show_image_direct_url show_multiple_locations public_endpoint max_request_id_length ' +
    'hashing_algorithm do_secure_hash http_retries enabled_import_methods node_staging_uri worker_self_reference_url ' +
    'enabled_backends property_protection_file property_protection_rule_format digest_algorithm metadata_encryption_key ' +
    'metadata_source_path delayed_delete scrub_time scrub_pool_size wakeup_time daemon image_cache_dir image_cache_driver ' +
    'image_cache_sqlite_db image_cache_max_size image_cache_stall_time cache_prefetcher_interval default_publisher_id ' +
    'disabled_notifications debug log_file log_dir use_stderr use_syslog log_config_append default_log_levels watch_log_file use_json ' +
    'transport_url control_exchange enable_v1_api enable_v2_api enable_v1_registry enable_v2_registry data_api owner_is_tenant ' +
    'admin_role allow_additional_image_properties enable_image_import location_strategy bind_host bind_port workers backlog ' +
    'tcp_keepidle max_header_line http_keepalive client_socket_timeout cert_file key_file ca_file secure_proxy_ssl_header ' +
    'registry_host registry_port registry_client_protocol registry_client_key_file registry_client_cert_file ' +
    'registry_client_ca_file registry_client_insecure registry_client_timeout use_user_token send_identity_headers admin_user ' +
    'admin_password admin_tenant_name auth_url auth_strategy auth_region qpid_hostname rabbit_host notifier_strategy sql_connection ' +
    'allow_anonymous_access enforce_secure_rbac known_stores',
  image_format:
    'container_formats disk_formats vmdk_allowed_types require_image_format_match gpt_safety_checks_nonfatal',
  task: 'task_time_to_live task_executor work_dir',
  taskflow_executor: 'engine_mode max_workers conversion_format',
  image_import_opts: 'image_import_plugins max_parallel_stores',
  import_filtering_opts:
    'allowed_schemes disallowed_schemes allowed_hosts disallowed_hosts allowed_ports disallowed_ports',
  image_conversion: 'output_format',
  inject_metadata_properties: 'ignore_user_roles inject',
  glance_download_properties: 'extra_properties',
  glance_store:
    'default_backend stores default_store filesystem_store_datadir filesystem_store_datadirs filesystem_store_metadata_file ' +
    'filesystem_store_file_perm filesystem_store_chunk_size filesystem_thin_provisioning filesystem_store_timeout ' +
    'filesystem_store_thread_pool_size filesystem_store_threadpool_threshold http_proxy_information rbd_store_pool ' +
    'swift_store_user s3_store_host cinder_volume_type vmware_server_host sheepdog_store_address mongodb_store_uri rootwrap_config',
  '<backend id>':
    'store_description weight filesystem_store_datadir filesystem_store_datadirs filesystem_store_chunk_size ' +
    'https_ca_certificates_file https_insecure',
  store_type_location_strategy: 'store_type_preference',
  wsgi: 'task_pool_threads python_interpreter',
  paste_deploy: 'flavor config_file',
  oslo_policy:
    'policy_file policy_dirs policy_default_rule enforce_new_defaults enforce_scope remote_content_type remote_timeout ' +
    'remote_ssl_verify_server_crt remote_ssl_ca_crt_file remote_ssl_client_crt_file remote_ssl_client_key_file',
  oslo_middleware: 'enable_proxy_headers_parsing',
  cors: 'allowed_origin allow_credentials expose_headers max_age allow_methods allow_headers',
  oslo_limit:
    'endpoint_id endpoint_service_type endpoint_service_name endpoint_region_name endpoint_interface auth_url auth_type ' +
    'auth_section username user_id password project_name project_id user_domain_name user_domain_id project_domain_name ' +
    'project_domain_id system_scope domain_id domain_name default_domain_id default_domain_name cafile insecure timeout ' +
    'application_credential_id application_credential_name application_credential_secret',
  key_manager: 'backend',
  barbican:
    'barbican_endpoint barbican_api_version auth_endpoint barbican_endpoint_type barbican_region_name verify_ssl ' +
    'verify_ssl_path retry_delay number_of_retries',
  healthcheck: 'path detailed backends disable_by_file_path',
  keystone_authtoken:
    'auth_url www_authenticate_uri auth_uri auth_type username user_id password project_name project_id user_domain_name ' +
    'user_domain_id project_domain_name project_domain_id region_name interface cafile certfile keyfile insecure token_cache_time ' +
    'memcached_servers delay_auth_decision service_token_roles service_token_roles_required http_connect_timeout auth_section ' +
    'application_credential_id application_credential_name application_credential_secret',
  database: 'connection max_retries connection_recycle_time slave_connection',
  oslo_messaging_notifications: 'driver topics transport_url retry',
  oslo_messaging_rabbit:
    'amqp_durable_queues amqp_auto_delete rabbit_ha_queues rabbit_quorum_queue ssl ssl_version ssl_ca_file ssl_cert_file ssl_key_file ' +
    'ssl_enforce_hostname_verification heartbeat_timeout_threshold heartbeat_rate rabbit_login_method kombu_failover_strategy ' +
    'kombu_compression rabbit_retry_interval rabbit_retry_backoff rabbit_interval_max rabbit_qos_prefetch_count',
  oslo_concurrency: 'lock_path',
  profiler: 'enabled hmac_keys',
  os_glance_staging_store: 'filesystem_store_datadir',
  os_glance_tasks_store: 'filesystem_store_datadir',
};

const KNOWN = new Set(
  allOptions.flatMap(({ group, name, formerly }) =>
    [[group, name] as const, ...(formerly ?? [])].map(([inGroup, asName]) => `${inGroup}] ${asName}`),
  ),
);

const options = Object.entries(GLANCE).flatMap(([group, names]) =>
  names.split(' ').map((name) => [group, name] as const),
);

const assignment = (group: string, name: string, text: string) => ({ group, name, text, origin: 'f:1', rank: 0 });

describe('Options of Glance', () => {
  it.each(options)('[%s] %s works, or has a reason why it does not', (group, name) => {
    const fate = KNOWN.has(`${group}] ${name}`) ? { reason: 'works' } : foreignOption(group, name);
    expect(fate?.reason).toMatch(/\w/);
  });

  it('are counted: each works, or is accepted or refused with its reason', () => {
    const fateOf = ([group, name]: readonly [string, string]): string =>
      KNOWN.has(`${group}] ${name}`) ? 'works' : (foreignOption(group, name)?.fate ?? 'unknown');
    const counts = Object.fromEntries(
      [...Map.groupBy(options, fateOf)].map(([fate, those]) => [fate, those.length] as const),
    );
    expect(counts).toEqual({ works: 190, accepted: 72, refused: 9 });
    expect(new Set(options.map(String)).size).toBe(options.length);
  });

  it('that work have no reason why they do not', () => {
    const contradictory = allOptions.filter(({ group, name }) => foreignOption(group, name) !== null);
    // Of its group nothing else works.
    expect(contradictory.map(({ group, name }) => [group, name])).toEqual([['database', 'connection']]);
  });

  it('of stores have the same reasons in the group of each store', () => {
    const inStore = assignment('web', 'http_proxy_information', 'http:10.0.0.1:3128');
    expect(judgeUnused([inStore], ['web']).warnings).toEqual([
      '[web] http_proxy_information (f:1) has no effect: web servers are asked without a proxy',
    ]);
  });

  it('without effect are warned about with the reason', () => {
    expect(judgeUnused([assignment('DEFAULT', 'use_syslog', 'true')])).toEqual({
      warnings: ['[DEFAULT] use_syslog (f:1) has no effect: send standard output there with the means of the system'],
      problems: [],
    });
  });

  it.each([
    ['DEFAULT', 'cert_file', '/etc/cert.pem'],
    ['DEFAULT', 'owner_is_tenant', 'False'],
    ['DEFAULT', 'allow_additional_image_properties', 'false'],
  ])('that cannot be left out safely are refused: [%s] %s', (group, name, text) => {
    expect(judgeUnused([assignment(group, name, text)]).problems).toEqual([
      expect.stringMatching(`${name} .*cannot be used: `),
    ]);
  });

  it('are passed over in silence where they ask for what happens anyway', () => {
    const values = [assignment('DEFAULT', 'owner_is_tenant', 'True'), assignment('DEFAULT', 'enable_v2_api', 'true')];
    expect(judgeUnused(values)).toEqual({ warnings: [], problems: [] });
  });

  it('that nobody knows are named', () => {
    expect(judgeUnused([assignment('x', 'y', 'z')]).warnings).toEqual([
      '[x] y (f:1) is not an option of this version and has no effect',
    ]);
  });
});

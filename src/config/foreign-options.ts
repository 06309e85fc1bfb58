import type { Assignment } from './option-sources.js';

/**
 * What becomes of an option of Glance that does not exist here: it is accepted and has no effect, or it is refused because
 * leaving it out would be unsafe. `harmless` are the values that ask for nothing else than what happens anyway.
 */
export type ForeignOption = Readonly<{
  fate: 'accepted' | 'refused';
  reason: string;
  harmless: readonly string[];
}>;

type Entry = readonly [options: string, fate: ForeignOption['fate'], reason: string, harmless?: readonly string[]];

const TRUE = ['true', 'yes', 'on', '1'];
const FALSE = ['false', 'no', 'off', '0', ''];

/** Options as `group: name, name`; `*` stands for all of the group. */
const ENTRIES: readonly Entry[] = [
  ['DEFAULT: log_config_append, log-config, log_config', 'accepted', 'the log is always JSON lines, see log_file'],
  [
    'DEFAULT: use_json, log_date_format, logging_context_format_string, logging_default_format_string, logging_debug_format_suffix, logging_exception_prefix, logging_user_identity_format, instance_format, instance_uuid_format',
    'accepted',
    'the log is always JSON lines',
  ],
  ['DEFAULT: watch_log_file', 'accepted', 'a log file that was moved away is always made anew'],
  [
    'DEFAULT: log_rotate_interval, log_rotate_interval_type, max_logfile_count, max_logfile_size_mb, log_rotation_type',
    'accepted',
    'rotate the log file with the means of the system',
  ],
  [
    'DEFAULT: use_syslog, use-syslog, syslog_log_facility, use_journal, use_eventlog, log_color',
    'accepted',
    'send standard output there with the means of the system',
  ],
  [
    'DEFAULT: default_log_levels, verbose, rate_limit_interval, rate_limit_burst, rate_limit_except_level, publish_errors, fatal_deprecations',
    'accepted',
    'there is one level for all, see [hindsight] log_level',
  ],
  ['DEFAULT: max_header_line', 'accepted', 'all headers together may have 64 KiB'],
  [
    'DEFAULT: rpc_response_timeout, executor_thread_pool_size, rpc_conn_pool_size, conn_pool_min_size, conn_pool_ttl, rpc_ping_enabled',
    'accepted',
    'notifications are sent over one connection, and nothing else is',
  ],
  [
    'DEFAULT: notifier_strategy, rabbit_host, rabbit_port, rabbit_hosts, rabbit_userid, rabbit_password, rabbit_virtual_host, rabbit_use_ssl, rabbit_notification_exchange, rabbit_notification_topic, rabbit_retry_interval, rabbit_max_retries, rabbit_retry_max_backoff, rabbit_durable_queues, qpid_*',
    'accepted',
    'see [oslo_messaging_notifications] driver and transport_url',
  ],
  ['DEFAULT: digest_algorithm', 'accepted', 'signatures name their own hash'],
  [
    'DEFAULT: metadata_encryption_key',
    'accepted',
    'locations are stored without credentials, so there is nothing to encrypt',
  ],
  [
    'DEFAULT: enable_v1_api, enable_v1_registry, enable_v2_registry',
    'accepted',
    'only version 2 of the API is served',
    FALSE,
  ],
  ['DEFAULT: enable_v2_api', 'refused', 'there would be no API left to serve', TRUE],
  [
    'DEFAULT: data_api',
    'accepted',
    'events are the only truth, and there is one way to them',
    ['glance.db.sqlalchemy.api'],
  ],
  [
    'DEFAULT: owner_is_tenant',
    'refused',
    'images would belong to other owners than before, and others would see them',
    TRUE,
  ],
  ['DEFAULT: admin_role', 'refused', 'name the role in the policy rule context_is_admin', ['admin']],
  ['DEFAULT: allow_additional_image_properties', 'refused', 'properties that were forbidden would be accepted', TRUE],
  ['DEFAULT: enable_image_import', 'accepted', 'see enabled_import_methods', TRUE],
  ['DEFAULT: location_strategy', 'accepted', 'the weights of stores order locations', ['location_order']],
  ['store_type_location_strategy: *', 'accepted', 'the weights of stores order locations'],
  [
    'DEFAULT: cert_file, key_file, ca_file',
    'refused',
    'clients would talk to the service in the clear: put a TLS proxy in front of it',
  ],
  [
    'DEFAULT: registry_host, registry_port, registry_client_protocol, registry_client_key_file, registry_client_cert_file, registry_client_ca_file, registry_client_insecure, registry_client_timeout, use_user_token, send_identity_headers',
    'accepted',
    'the API needs no registry',
  ],
  [
    'DEFAULT: admin_user, admin_password, admin_tenant_name, auth_url, auth_strategy, auth_region',
    'accepted',
    'the API needs no registry',
  ],
  ['DEFAULT: cache_prefetcher_interval', 'accepted', 'queued images are cached at once'],
  [
    'DEFAULT: pydev_worker_debug_host, pydev_worker_debug_port, backdoor_port, backdoor_socket, graceful_shutdown_timeout, log_options',
    'accepted',
    'it is about the Python program',
  ],
  [
    'DEFAULT: enforce_secure_rbac',
    'accepted',
    'whether the former default rules apply, too, is said by [oslo_policy] enforce_new_defaults',
  ],
  ['DEFAULT: db_auto_create', 'accepted', 'databases are made and brought up to date at start'],
  [
    'DEFAULT: sql_idle_timeout, sql_max_retries, sql_retry_interval',
    'accepted',
    'connections to databases need no settings beside the URL',
  ],
  ['DEFAULT: secure_proxy_ssl_header', 'accepted', 'see [oslo_middleware] enable_proxy_headers_parsing'],
  ['database: *', 'accepted', 'connections to databases need no settings beside the URL'],
  [
    'image_format: gpt_safety_checks_nonfatal',
    'accepted',
    'disks whose partition table is not in order are always refused',
    [''],
  ],
  ['task: task_executor', 'accepted', 'there is one way to do tasks', ['taskflow']],
  ['task: work_dir', 'accepted', 'tasks keep their files in the staging area'],
  ['taskflow_executor: engine_mode', 'accepted', 'see max_workers'],
  ['wsgi: *', 'accepted', 'it is about the Python program'],
  ['oslo_concurrency: *', 'accepted', 'locks are in the database'],
  ['oslo_reports: *', 'accepted', 'it is about the Python program'],
  ['profiler: *', 'accepted', 'requests are measured at /metrics'],
  [
    'oslo_messaging_rabbit: ssl_version, ssl_enforce_fips_mode, fake_rabbit',
    'accepted',
    'the TLS library of the runtime decides about versions and ciphers',
  ],
  [
    'oslo_messaging_rabbit: heartbeat_in_pthread, heartbeat_rate, kombu_reconnect_delay, kombu_missing_consumer_retry_timeout, kombu_reconnect_timeout, rabbit_transient_*, rabbit_qos_prefetch_count, rabbit_stream_fanout, direct_mandatory_flag, enable_cancel_on_failover, use_queue_manager, hostname, processname, rpc_*, conn_pool_*, pool_*, default_*, rabbit_host, rabbit_port, rabbit_hosts, rabbit_userid, rabbit_password, rabbit_virtual_host, rabbit_max_retries',
    'accepted',
    'it is about listening, remote procedures or the Python program',
  ],
  ['oslo_messaging_kafka: *', 'accepted', 'notifications go to RabbitMQ'],
  ['oslo_messaging_amqp: *', 'accepted', 'notifications go to RabbitMQ'],
  [
    'healthcheck: path, detailed, backends, disable_by_file_paths, allowed_source_ranges, ignore_proxied_requests, enable_by_file_paths',
    'accepted',
    'the path is /healthcheck, and disable_by_file_path says it all',
  ],
  [
    'keystone_authtoken: memcached_servers, memcache_servers, memcache_security_strategy, memcache_secret_key, memcache_pool_*, memcache_use_advanced_pool, cache',
    'accepted',
    'each process remembers tokens itself',
  ],
  [
    'keystone_authtoken: region_name, interface, auth_version, service_type, include_service_catalog, http_request_max_retries, enforce_token_bind, hash_algorithms, delay_auth_decision',
    'accepted',
    'tokens are validated at auth_url',
  ],
  ['keystone_authtoken: certfile, keyfile', 'refused', 'this version shows Keystone no certificate', ['']],
  ['os_glance_tasks_store: *', 'accepted', 'tasks keep their files in the staging area'],
  ['os_brick: *', 'accepted', 'this version has no store of that kind'],
  ['cinder: *', 'accepted', 'this version has no store of that kind'],
  ['vault: *', 'accepted', 'this version reads no keys from Vault'],
  [
    'glance_store: rbd_*, rados_*, swift_*, default_swift_reference, s3_*, cinder_*, vmware_*, sheepdog_*, mongodb_*, rootwrap_config',
    'accepted',
    'this version has no store of that kind',
  ],
  [
    'glance_store: filesystem_store_timeout, filesystem_store_thread_pool_size, filesystem_store_threadpool_threshold',
    'accepted',
    'file operations are not guarded by a pool of threads',
  ],
  ['glance_store: http_proxy_information', 'accepted', 'web servers are asked without a proxy', ['', '{}']],
];

const NAMED = new Map<string, ForeignOption>();
const PATTERNS: (readonly [group: string, begin: string, option: ForeignOption])[] = [];

for (const [options, fate, reason, harmless = []] of ENTRIES) {
  const [group = '', names = ''] = options.split(': ');
  for (const name of names.split(', ')) {
    const option = { fate, reason, harmless };
    if (name.endsWith('*')) PATTERNS.push([normalized(group), normalized(name.slice(0, -1)), option]);
    else NAMED.set(`${normalized(group)}]${normalized(name)}`, option);
  }
}

/** What becomes of an option that no part of this program has asked for; null: it is not known at all. */
export function foreignOption(group: string, name: string): ForeignOption | null {
  const [inGroup, asName] = [normalized(group), normalized(name)];
  const named = NAMED.get(`${inGroup}]${asName}`);
  if (named) return named;
  return PATTERNS.find(([ofGroup, begin]) => ofGroup === inGroup && asName.startsWith(begin))?.[2] ?? null;
}

/**
 * One warning for each option that has no effect; a problem for each that must not be left out.
 * @param storeGroups groups of stores, for whose options the same holds as for those of a single store
 */
export function judgeUnused(
  unused: readonly Assignment[],
  storeGroups: readonly string[] = [],
): Readonly<{ warnings: readonly string[]; problems: readonly string[] }> {
  const [warnings, problems]: [string[], string[]] = [[], []];
  for (const { group, name, origin, text } of unused) {
    const known = foreignOption(storeGroups.includes(group) ? 'glance_store' : group, name);
    if (known?.harmless.includes(text.trim().toLowerCase())) continue;
    const where = `[${group}] ${name} (${origin})`;
    if (known === null) warnings.push(`${where} is not an option of this version and has no effect`);
    else if (known.fate === 'accepted') warnings.push(`${where} has no effect: ${known.reason}`);
    else problems.push(`${where} cannot be used: ${known.reason}`);
  }
  return { warnings, problems };
}

function normalized(text: string): string {
  return text.trim().toLowerCase().replaceAll('-', '_');
}

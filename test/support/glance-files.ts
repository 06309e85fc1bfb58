import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The applications and filters of the Paste file that Glance brings along.
 * @param healthcheckDisableFile the file whose presence makes health checks fail
 */
export const pasteParts = (healthcheckDisableFile: string): string => `
[composite:rootapp]
paste.composite_factory = glance.api:root_app_factory
/: apiversions
/v2: apiv2app

[app:apiversions]
paste.app_factory = glance.api.versions:create_resource

[app:apiv2app]
paste.app_factory = glance.api.v2.router:API.factory

[filter:healthcheck]
paste.filter_factory = oslo_middleware:Healthcheck.factory
backends = disable_by_file
disable_by_file_path = ${healthcheckDisableFile}

[filter:versionnegotiation]
paste.filter_factory = glance.api.middleware.version_negotiation:VersionNegotiationFilter.factory

[filter:cache]
paste.filter_factory = glance.api.middleware.cache:CacheFilter.factory

[filter:cachemanage]
paste.filter_factory = glance.api.middleware.cache_manage:CacheManageFilter.factory

[filter:context]
paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory

[filter:unauthenticated-context]
paste.filter_factory = glance.api.middleware.context:UnauthenticatedContextMiddleware.factory

[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
delay_auth_decision = true

[filter:fakeauth]
paste.filter_factory = fakeauth:factory

[filter:gzip]
paste.filter_factory = glance.api.middleware.gzip:GzipMiddleware.factory

[filter:osprofiler]
paste.filter_factory = osprofiler.web:WsgiMiddleware.factory

[filter:cors]
paste.filter_factory =  oslo_middleware.cors:filter_factory
oslo_config_project = glance
oslo_config_program = glance-api

[filter:http_proxy_to_wsgi]
paste.filter_factory = oslo_middleware:HTTPProxyToWSGI.factory
`;

/** The pipelines, filters and applications of the Paste file that Debian's Glance brings along. */
export const DEBIAN_PASTE = `
# Use this pipeline for no auth or image caching - DEFAULT
[pipeline:glance-api]
pipeline = cors healthcheck http_proxy_to_wsgi versionnegotiation osprofiler unauthenticated-context rootapp

[pipeline:glance-api-caching]
pipeline = cors healthcheck http_proxy_to_wsgi versionnegotiation osprofiler unauthenticated-context cache rootapp

[pipeline:glance-api-keystone]
pipeline = cors healthcheck http_proxy_to_wsgi versionnegotiation osprofiler authtoken context  rootapp

[pipeline:glance-api-fakeauth]
pipeline = cors healthcheck http_proxy_to_wsgi versionnegotiation osprofiler fakeauth context rootapp

[pipeline:glance-api-fakeauth+cachemanagement]
pipeline = cors healthcheck http_proxy_to_wsgi versionnegotiation osprofiler fakeauth context cache cachemanage rootapp
${pasteParts('%(here)s/healthcheck_disable')}`;

/** What Debian's glance-api.conf sets, between groups that hold nothing but comments. */
export const debianConf = (folder: string): string => `[DEFAULT]
#
# From glance.api
#
# Set the image owner to tenant or the authenticated user.
#  (boolean value)
#owner_is_tenant = true
[barbican]
[barbican_service_user]
[cinder]
[cors]
#allowed_origin = <None>
[database]
# The SQLAlchemy connection string to use to connect to the database. (string value)
connection = sqlite:///${folder}/glance.sqlite
#mysql_sql_mode = TRADITIONAL
[file]
[glance.store.http.store]
[glance.store.rbd.store]
[glance_store]
#default_store = file
filesystem_store_datadir = ${folder}/images
[healthcheck]
[image_format]
[key_manager]
[keystone_authtoken]
auth_url = http://localhost:5000
project_name = service
project_domain_name = Default
username = glance
user_domain_name = Default
www_authenticate_uri = http://localhost:5000
region_name = regionOne
auth_type = password
[os_brick]
[oslo_concurrency]
lock_path = /var/lock/glance
[oslo_limit]
[oslo_messaging_notifications]
[oslo_policy]
[paste_deploy]
[profiler]
[store_type_location_strategy]
[task]
[taskflow_executor]
[vault]
[wsgi]
`;

/** A deployment with several stores, a cache and test tokens. */
export const severalStoresConf = (folder: string, flavor: string): string => `[DEFAULT]
debug = false
bind_host = 127.0.0.1
backlog = 4096
workers = 2
enabled_backends = fast:file,slow:file,web:http
enabled_import_methods = [glance-direct,web-download,copy-image,glance-download]
show_image_direct_url = true
show_multiple_locations = true
image_cache_dir = ${folder}/cache
enforce_secure_rbac = false
[database]
connection = sqlite:///${folder}/glance.sqlite
max_pool_size = 20
max_overflow = 40
[image_format]
require_image_format_match = true
[oslo_policy]
enforce_new_defaults = false
enforce_scope = false
policy_file = ${folder}/etc/policy.yaml
policy_dirs = ${folder}/policy.d
[oslo_concurrency]
lock_path = ${folder}/locks
[oslo_messaging_notifications]
driver = noop
[paste_deploy]
flavor = ${flavor}
config_file = ${folder}/etc/glance-api-paste.ini
[glance_store]
default_backend = fast
[fast]
filesystem_store_datadir = ${folder}/fast
store_description = first file store
weight = 20
[slow]
filesystem_store_datadir = ${folder}/slow
store_description = second file store
weight = 10
[web]
store_description = read-only http store
https_insecure = true
[os_glance_staging_store]
filesystem_store_datadir = ${folder}/staging
[os_glance_tasks_store]
filesystem_store_datadir = ${folder}/tasks
[task]
task_executor = taskflow
work_dir = ${folder}/tasks
[keystone_authtoken]
auth_url = http://127.0.0.1:5000
auth_type = password
username = glance
password = hidden-one
service_token_roles_required = true
[hindsight]
image_cache_stores = all
`;

/** Writes glance-api.conf and its Paste file below the folder. @returns the path of the former */
export function writeGlanceFiles(folder: string, conf: string): string {
  mkdirSync(join(folder, 'etc'), { recursive: true });
  writeFileSync(join(folder, 'etc/glance-api-paste.ini'), DEBIAN_PASTE);
  const path = join(folder, 'etc/glance-api.conf');
  writeFileSync(path, conf);
  return path;
}

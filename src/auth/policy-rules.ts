const admin = 'rule:context_is_admin';
const ownedBy = (role: string): string => `role:${role} and project_id:%(project_id)s`;
const adminOrOwning = (role: string): string => `${admin} or (${ownedBy(role)})`;
const adminOrReaching = (role: string): string =>
  `${admin} or (role:${role} and (project_id:%(project_id)s or project_id:%(member_id)s or ` +
  `'community':%(visibility)s or 'public':%(visibility)s or 'shared':%(visibility)s))`;
const adminOrReading = `${admin} or (role:reader and (project_id:%(project_id)s or 'public':%(visibility)s))`;
const adminOrConcerned = `${admin} or (role:reader and (project_id:%(project_id)s or project_id:%(member_id)s))`;

/**
 * What is allowed to whom unless an operator says otherwise: rule name -> check string (see policy-language.ts).
 * In an image's target `project_id` is the owner and `member_id` the caller's project if the image is shared with it; in a
 * namespace's, `project_id` is the owner and `visibility` the namespace's.
 */
export const DEFAULT_POLICY_RULES = {
  default: '',
  context_is_admin: 'role:admin',
  service_api: 'role:service or role:admin',

  add_image: `${admin} or (${ownedBy('member')} and project_id:%(owner)s)`,
  delete_image: adminOrOwning('member'),
  get_image: adminOrReaching('reader'),
  get_images: adminOrOwning('reader'),
  modify_image: adminOrOwning('member'),
  get_events: adminOrOwning('reader'),
  publicize_image: admin,
  communitize_image: adminOrOwning('member'),
  download_image: adminOrReaching('member'),
  download_from_store: adminOrReaching('member'),
  upload_image: adminOrOwning('member'),
  deactivate: adminOrOwning('member'),
  reactivate: adminOrOwning('member'),
  copy_image: admin,
  get_image_location: adminOrOwning('reader'),
  set_image_location: adminOrOwning('member'),
  delete_image_location: admin,
  add_image_location: `rule:service_api or (${ownedBy('member')})`,
  fetch_image_location: 'rule:service_api',

  add_member: adminOrOwning('member'),
  delete_member: adminOrOwning('member'),
  get_member: adminOrConcerned,
  get_members: adminOrConcerned,
  modify_member: `${admin} or (role:member and project_id:%(member_id)s)`,

  cache_image: admin,
  cache_list: admin,
  cache_delete: admin,
  cache_clean: admin,
  cache_prune: admin,
  list_cached_nodes: admin,
  manage_image_cache: admin,

  tasks_api_access: admin,
  get_task: 'rule:default',
  get_tasks: 'rule:default',
  add_task: 'rule:default',
  modify_task: 'rule:default',
  stores_info_detail: 'rule:service_api',

  metadef_default: '',
  metadef_admin: admin,
  get_metadef_namespaces: adminOrOwning('reader'),
  get_metadef_namespace: adminOrReading,
  add_metadef_namespace: 'rule:metadef_admin',
  modify_metadef_namespace: 'rule:metadef_admin',
  delete_metadef_namespace: 'rule:metadef_admin',
  get_metadef_objects: adminOrReading,
  get_metadef_object: adminOrReading,
  add_metadef_object: 'rule:metadef_admin',
  modify_metadef_object: 'rule:metadef_admin',
  delete_metadef_object: 'rule:metadef_admin',
  get_metadef_properties: adminOrReading,
  get_metadef_property: adminOrReading,
  add_metadef_property: 'rule:metadef_admin',
  modify_metadef_property: 'rule:metadef_admin',
  remove_metadef_property: 'rule:metadef_admin',
  get_metadef_tags: adminOrReading,
  get_metadef_tag: adminOrReading,
  add_metadef_tags: 'rule:metadef_admin',
  add_metadef_tag: 'rule:metadef_admin',
  modify_metadef_tag: 'rule:metadef_admin',
  delete_metadef_tags: 'rule:metadef_admin',
  delete_metadef_tag: 'rule:metadef_admin',
  list_metadef_resource_types: adminOrReading,
  get_metadef_resource_type: adminOrReading,
  add_metadef_resource_type_association: 'rule:metadef_admin',
  remove_metadef_resource_type_association: 'rule:metadef_admin',
} as const satisfies Readonly<Record<string, string>>;

export type RuleName = keyof typeof DEFAULT_POLICY_RULES;

import type { RuleName } from './policy-rules.js';

const rulesOf = (text: string, ...names: readonly RuleName[]): readonly (readonly [string, string])[] =>
  names.map((name) => [name, text]);

/** What the defaults were before they knew readers and members; with `enforce_new_defaults = false` they still allow it. */
export const LEGACY_CHECKS: ReadonlyMap<string, string> = new Map([
  ...rulesOf(
    'rule:default',
    ...(['add_image', 'delete_image', 'get_image', 'get_images', 'modify_image', 'communitize_image'] as const),
    ...(['download_image', 'upload_image', 'deactivate', 'reactivate'] as const),
    ...(['get_image_location', 'set_image_location', 'delete_image_location'] as const),
    ...(['add_member', 'delete_member', 'get_member', 'get_members', 'modify_member'] as const),
  ),
  ...rulesOf('rule:context_is_admin or project_id:%(project_id)s', 'get_events'),
  ...rulesOf('rule:manage_image_cache', 'cache_image', 'cache_list', 'cache_delete'),
  ...rulesOf(
    'rule:metadef_default',
    ...(['get_metadef_namespace', 'get_metadef_namespaces', 'get_metadef_object', 'get_metadef_objects'] as const),
    ...(['get_metadef_property', 'get_metadef_properties', 'get_metadef_tag', 'get_metadef_tags'] as const),
    ...(['list_metadef_resource_types', 'get_metadef_resource_type'] as const),
  ),
]);

/** What holds beside the rules then, also beside an operator's own: they were written for a service that saw to it itself. */
export const LEGACY_GUARDS: ReadonlyMap<string, string> = new Map([
  ...rulesOf(
    'rule:context_is_admin or project_id:%(project_id)s',
    ...(['modify_image', 'delete_image', 'upload_image', 'communitize_image', 'deactivate', 'reactivate'] as const),
    ...(['set_image_location', 'delete_image_location', 'add_member', 'delete_member'] as const),
  ),
  ...rulesOf('rule:context_is_admin or project_id:%(member_id)s', 'modify_member'),
]);

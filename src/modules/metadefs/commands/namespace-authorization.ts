import { Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import { MetadefPolicy } from '../../../auth/metadef-policy.js';
import type { RuleName } from '../../../auth/policy-rules.js';
import type { NamespaceContent } from '../../../events/contracts/metadef-content.js';
import type { NamespaceCommand } from '../domain/metadef.commands.js';
import { namespaceNotFound } from '../domain/namespace-guards.js';
import type { AuthorizeNamespace } from './namespace-command.handler.js';

/** The rules of the commands that clients send to a namespace that is there, but for adding tags, which has two. */
const RULES = {
  UpdateNamespace: ['modify_metadef_namespace'],
  DeleteNamespace: ['delete_metadef_namespace'],
  AddObject: ['add_metadef_object'],
  ReplaceObject: ['modify_metadef_object'],
  RemoveObject: ['delete_metadef_object'],
  RemoveAllObjects: ['delete_metadef_namespace'],
  AddProperty: ['add_metadef_property'],
  ReplaceProperty: ['modify_metadef_property'],
  RemoveProperty: ['remove_metadef_property'],
  RemoveAllProperties: ['delete_metadef_namespace'],
  RenameTag: ['modify_metadef_tag'],
  RemoveTag: ['delete_metadef_tag'],
  RemoveAllTags: ['delete_metadef_namespace', 'delete_metadef_tags'],
  AssociateResourceType: ['add_metadef_resource_type_association'],
  DissociateResourceType: ['remove_metadef_resource_type_association'],
} as const satisfies Partial<Record<NamespaceCommand['type'], readonly RuleName[]>>;

/** Decides which policy rules a command needs, and asks them about the namespace as it is when the command is decided. */
@Injectable()
export class NamespaceAuthorization {
  constructor(private readonly policy: MetadefPolicy) {}

  /** For creating a namespace: each kind of thing in it needs its own rule. @throws ActionForbidden, HttpProblem 404 */
  async requireCreate(caller: Caller, content: NamespaceContent): Promise<void> {
    const rules: readonly (readonly [RuleName, number])[] = [
      ['add_metadef_namespace', 1],
      ['add_metadef_resource_type_association', content.associations.length],
      ['add_metadef_object', content.objects.length],
      ['add_metadef_property', content.properties.length],
      ['add_metadef_tag', content.tags.length],
    ];
    for (const [rule, needed] of rules) if (needed > 0) await this.policy.requireGeneral(rule, caller);
  }

  /**
   * For all other commands: what is to be asked when the namespace is known.
   * The check throws MetadefNotFound for what the caller may not see, ActionForbidden, HttpProblem 404.
   */
  check(caller: Caller, type: keyof typeof RULES, name: string): AuthorizeNamespace {
    return this.checkRules(caller, RULES[type], name);
  }

  /** As `check`, for rules that do not follow from the command. */
  checkRules(caller: Caller, rules: readonly RuleName[], name: string): AuthorizeNamespace {
    return async (namespace) => {
      if (namespace === null) throw namespaceNotFound(name);
      for (const rule of rules) await this.policy.require(rule, caller, namespace, () => namespaceNotFound(name));
    };
  }
}

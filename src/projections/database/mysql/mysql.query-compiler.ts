import { MysqlQueryCompiler } from 'kysely';
import type { SchemableIdentifierNode } from 'kysely';
import type { ReadModelTables } from '../read-model-database.js';

/** A MySQL user often has one database, whose tables may be those of a Glance. */
export const TABLE_PREFIX = 'hindsight_';

const TABLES: Readonly<Record<keyof ReadModelTables, true>> = {
  images: true,
  image_traits: true,
  image_members: true,
  image_usage: true,
  tasks: true,
  metadef_namespaces: true,
  metadef_associations: true,
  metadef_resource_types: true,
  event_index: true,
  checkpoints: true,
  leases: true,
  task_progress: true,
  task_secrets: true,
  cached_images: true,
  dead_letters: true,
};

/** Also while they are being rebuilt, when a suffix follows. */
const OURS = new RegExp(`^(${Object.keys(TABLES).join('|')})(__\\w+)?$`);

/** Writes the names of tables with their prefix, and leaves all other names alone. */
export class PrefixingQueryCompiler extends MysqlQueryCompiler {
  protected override visitSchemableIdentifier(node: SchemableIdentifierNode): void {
    const { name } = node.identifier;
    if (!OURS.test(name)) super.visitSchemableIdentifier(node);
    else this.append(`\`${TABLE_PREFIX}${name}\``);
  }
}

import { IdentifierNode, OperationNodeTransformer, SchemableIdentifierNode } from 'kysely';
import type {
  CreateIndexNode,
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  PrimaryKeyConstraintNode,
  QueryResult,
  RootOperationNode,
  SchemableIdentifierNode as SchemableIdentifier,
  UnknownRow,
} from 'kysely';

/**
 * Puts a suffix behind the names of the given tables and of all indexes and keys that are made: so a projection fills tables
 * beside those that are in use without knowing of it.
 */
export class RenamedTablesPlugin implements KyselyPlugin {
  private readonly transformer: Suffixer;

  constructor(tables: readonly string[], suffix: string) {
    this.transformer = new Suffixer(new Set(tables), suffix);
  }

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    return this.transformer.transformNode(node, queryId);
  }

  transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return Promise.resolve(result);
  }
}

class Suffixer extends OperationNodeTransformer {
  constructor(
    private readonly tables: ReadonlySet<string>,
    private readonly suffix: string,
  ) {
    super();
  }

  protected override transformSchemableIdentifier(node: SchemableIdentifier): SchemableIdentifier {
    const { name } = node.identifier;
    return this.tables.has(name) ? SchemableIdentifierNode.create(`${name}${this.suffix}`) : node;
  }

  protected override transformCreateIndex(node: CreateIndexNode): CreateIndexNode {
    const created = super.transformCreateIndex(node);
    return { ...created, name: this.suffixed(node.name) };
  }

  protected override transformPrimaryKeyConstraint(node: PrimaryKeyConstraintNode): PrimaryKeyConstraintNode {
    const constraint = super.transformPrimaryKeyConstraint(node);
    return node.name === undefined ? constraint : { ...constraint, name: this.suffixed(node.name) };
  }

  private suffixed({ name }: IdentifierNode): IdentifierNode {
    return IdentifierNode.create(`${name}${this.suffix}`);
  }
}

import { Module } from '@nestjs/common';
import { ClientMetadefHandler } from './commands/client-metadef.handler.js';
import { NamespaceAuthorization } from './commands/namespace-authorization.js';
import { NamespaceCommandHandler } from './commands/namespace-command.handler.js';
import { ResourceTypeHandler } from './commands/resource-type.handler.js';
import { MetadefBodies } from './http/metadef-body.js';
import { MetadefNamespacesController } from './http/metadef-namespaces.controller.js';
import { MetadefObjectsController } from './http/metadef-objects.controller.js';
import { MetadefPropertiesController } from './http/metadef-properties.controller.js';
import { MetadefResourceTypesController } from './http/metadef-resource-types.controller.js';
import { MetadefTagsController } from './http/metadef-tags.controller.js';
import { MetadefSchemasController } from './http/schemas/metadef-schemas.controller.js';
import { MetadefQueries } from './queries/metadef.queries.js';

/** The API of metadata definitions. */
@Module({
  controllers: [
    MetadefNamespacesController,
    MetadefObjectsController,
    MetadefPropertiesController,
    MetadefTagsController,
    MetadefResourceTypesController,
    MetadefSchemasController,
  ],
  providers: [
    NamespaceCommandHandler,
    ResourceTypeHandler,
    NamespaceAuthorization,
    ClientMetadefHandler,
    MetadefQueries,
    MetadefBodies,
  ],
})
export class MetadefsApiModule {}

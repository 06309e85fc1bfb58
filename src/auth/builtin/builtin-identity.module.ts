import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { BuiltinServices } from './builtin-services.js';
import { CatalogController } from './http/catalog.controller.js';
import { DirectoryController } from './http/directory.controller.js';
import { IdentityEdge } from './http/identity-edge.js';
import { OwnAccessController } from './http/own-access.controller.js';
import { ProjectsController } from './http/projects.controller.js';
import { TokensController } from './http/tokens.controller.js';
import { UsersController } from './http/users.controller.js';
import { VersionsController } from './http/versions.controller.js';
import { LoginDesk } from './login.js';
import { TokenSigner } from './token-signer.js';

const CONTROLLERS: Type[] = [
  VersionsController,
  TokensController,
  OwnAccessController,
  UsersController,
  ProjectsController,
  DirectoryController,
  CatalogController,
];

/** The built-in identity service's API, under `/identity`. */
@Module({})
export class BuiltinIdentityModule {
  static of(services: BuiltinServices): DynamicModule {
    return {
      module: BuiltinIdentityModule,
      controllers: CONTROLLERS,
      providers: [
        { provide: IdentityEdge, useValue: services.edge },
        { provide: LoginDesk, useValue: services.loginDesk },
        { provide: TokenSigner, useValue: services.tokens },
      ],
    };
  }
}

import { Module } from '@nestjs/common';
import { HealthcheckController } from './http/healthcheck.controller.js';
import { InfoController } from './http/info.controller.js';
import { VersionsController } from './http/versions.controller.js';

/** Needs APP_CONFIG, IMAGE_STORES and ImagePolicy from the application. */
@Module({ controllers: [VersionsController, HealthcheckController, InfoController] })
export class DiscoveryModule {}

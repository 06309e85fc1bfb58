import { Module } from '@nestjs/common';
import { CachedImagesController } from './http/cached-images.controller.js';
import { ImagesApiModule } from './images-api.module.js';

/** The older way of managing the image cache, for deployments that still want it. */
@Module({ imports: [ImagesApiModule], controllers: [CachedImagesController] })
export class CachedImagesModule {}

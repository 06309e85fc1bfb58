import { createParamDecorator, Inject, Injectable } from '@nestjs/common';
import type { ArgumentMetadata, ExecutionContext, PipeTransform, Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { readDto } from './dto-body.js';
import { readJsonObject } from './json-body.js';

const requestParameter = createParamDecorator((_dto: Type<object> | undefined, context: ExecutionContext) =>
  context.switchToHttp().getRequest<FastifyRequest>(),
);

@Injectable()
class JsonBodyPipe implements PipeTransform<FastifyRequest> {
  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  async transform(request: FastifyRequest, metadata: ArgumentMetadata): Promise<object> {
    const document = await readJsonObject(request, this.config.api.maxJsonBodyBytes);
    const dto: unknown = metadata.data;
    return typeof dto === 'function' ? readDto(dto as Type<object>, document) : document; // Nest types `data` as a name
  }
}

/**
 * Parameter of a controller method: the JSON object in the request's body; with a DTO class, an instance of it whose
 * class-validator rules hold. Refusals are those of readJsonObject and readDto.
 */
export const JsonBody = (dto?: Type<object>): ParameterDecorator => requestParameter(dto, JsonBodyPipe);

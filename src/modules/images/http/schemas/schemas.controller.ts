import { Controller, Get, Header } from '@nestjs/common';
import type { JsonObject } from '../../../../kernel/json.js';
import { ImageSchema } from './image-schema.js';
import { memberSchema } from './member-schema.js';
import { listSchemaDocument, pagedSchemaDocument } from './served-schema.js';
import { taskSchema, taskStubSchema } from './task-schema.js';

const Json = (): MethodDecorator => Header('Content-Type', 'application/json');

const MEMBER = JSON.stringify(memberSchema);
const MEMBERS = JSON.stringify(listSchemaDocument('members', memberSchema));
const TASK = JSON.stringify(taskSchema);
const TASKS = JSON.stringify(listSchemaDocument('tasks', taskStubSchema));

/** `/v2/schemas`: from these, clients build their models and command-line options. Written once, at start. */
@Controller('v2/schemas')
export class SchemasController {
  private readonly imageDocument: string;
  private readonly imagesDocument: string;

  constructor(schema: ImageSchema) {
    const image: JsonObject = schema.document;
    this.imageDocument = JSON.stringify(image);
    this.imagesDocument = JSON.stringify(pagedSchemaDocument('images', image));
  }

  @Get('image')
  @Json()
  image(): string {
    return this.imageDocument;
  }

  @Get('images')
  @Json()
  images(): string {
    return this.imagesDocument;
  }

  @Get('member')
  @Json()
  member(): string {
    return MEMBER;
  }

  @Get('members')
  @Json()
  members(): string {
    return MEMBERS;
  }

  @Get('task')
  @Json()
  task(): string {
    return TASK;
  }

  @Get('tasks')
  @Json()
  tasks(): string {
    return TASKS;
  }
}

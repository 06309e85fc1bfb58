import { Controller, Delete, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { Context } from '../../../http/context.decorator.js';
import { HttpProblem } from '../../../http/http-problem.js';
import { readJsonObject } from '../../../http/json-body.js';
import { firstPageLink, nextPageLink } from '../../../http/paging-links.js';
import type { QueryParameters } from '../../../http/query-parameters.js';
import type { RequestContext } from '../../../http/request-context.js';
import type { JsonObject } from '../../../kernel/json.js';
import { RequestTaskHandler } from '../commands/request-task.handler.js';
import { TaskQueries } from '../queries/task.queries.js';
import { parseCreateTask } from './create-task.body.js';
import { parseListTasks } from './list-tasks.params.js';
import { presentTask, presentTaskStub } from './task.presenter.js';

const NOT_DELETABLE =
  'This operation is currently not permitted on Glance Tasks. They are auto deleted after reaching the time based on ' +
  'their expires_at property.';

/** `/v2/tasks`: work that clients ask for and watch. */
@Controller('v2/tasks')
export class TasksController {
  constructor(
    private readonly requests: RequestTaskHandler,
    private readonly tasks: TaskQueries,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  @Post()
  async create(
    @Req() request: FastifyRequest,
    @Context() context: RequestContext,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.tasks.requireAccess(context.caller); // before anything is read
    const body = await readJsonObject(request, this.config.api.maxJsonBodyBytes);
    const token = tokenIn(request.headers['x-auth-token']);
    const taskId = await this.requests.request(parseCreateTask(body), { ...context, token });
    const task = await this.tasks.find(taskId, context.caller);
    void reply.code(201).header('location', `${context.baseUrl}/v2/tasks/${taskId}`).send(presentTask(task));
  }

  @Get()
  async list(@Query() params: QueryParameters, @Context() { caller }: RequestContext): Promise<JsonObject> {
    await this.tasks.requireAccess(caller);
    const { tasks, full } = await this.tasks.list(parseListTasks(params, this.config.api), caller);
    const lastId = full ? tasks.at(-1)?.id : undefined;
    return {
      tasks: tasks.map(presentTaskStub),
      first: firstPageLink('/v2/tasks', params),
      schema: '/v2/schemas/tasks',
      ...(lastId !== undefined && { next: nextPageLink('/v2/tasks', params, lastId) }),
    };
  }

  @Get(':task')
  async show(@Param('task') taskId: string, @Context() { caller }: RequestContext): Promise<JsonObject> {
    await this.tasks.requireAccess(caller);
    return presentTask(await this.tasks.find(taskId, caller));
  }

  @Delete(':task')
  refuseDelete(): never {
    throw new HttpProblem(405, NOT_DELETABLE, null, { Allow: 'GET' });
  }
}

const tokenIn = (header: string | string[] | undefined): string | null =>
  (typeof header === 'object' ? header[0] : header) ?? null;

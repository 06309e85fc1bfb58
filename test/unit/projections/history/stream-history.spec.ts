import { InMemoryEventStore } from '../../../../src/events/adapters/in-memory/in-memory.event-store.js';
import { metadefEvents } from '../../../../src/events/contracts/metadef-events.js';
import { taskEvents } from '../../../../src/events/contracts/task-events.js';
import { EventCodec } from '../../../../src/events/event-codec.js';
import { UnknownEventType } from '../../../../src/events/events.errors.js';
import type { JsonObject } from '../../../../src/kernel/json.js';
import { StreamHistory } from '../../../../src/projections/history/stream-history.js';
import { newEvent } from '../../../support/new-event.js';

const AT = '2026-01-02T03:04:05.678Z';

describe('the history of what is no image', () => {
  let store: InMemoryEventStore;
  let history: StreamHistory;

  beforeEach(() => {
    store = new InMemoryEventStore();
    history = new StreamHistory(store, EventCodec.of([taskEvents, metadefEvents]));
  });

  const happened = (stream: string, type: string, data: object = {}) =>
    store.append(stream, 'any', [newEvent({ type, data: data as JsonObject })]);
  const told = async (stream: string) =>
    (await history.read(stream)).map(({ envelope, ...moment }) => ({ type: envelope.type, ...moment }));

  const createTask = (owner: string | null = 'mine') =>
    happened('task-t', 'TaskCreated', {
      ...{ taskId: 't', taskType: 'export', owner, imageId: 'i', input: { image_id: 'i', url: 'https://secret' } },
      ...{ requestId: null, userId: null, createdAt: AT },
    });

  it('tells of a task its status and steps, and whose it is to the end', async () => {
    await createTask();
    await happened('task-t', 'TaskStarted');
    await happened('task-t', 'TaskStepCompleted', { step: 'download', outcome: { path: '/secret' } });
    await happened('task-t', 'TaskAttemptFailed', { reason: 'the store is away' });
    await happened('task-t', 'TaskSucceeded', { result: { location: 'https://secret' }, expiresAt: AT });
    await happened('task-t', 'TaskExpired');
    const subject = { kind: 'task', taskId: 't', taskType: 'export', imageId: 'i' };
    const common = { subject, projectId: 'mine', reason: null };
    const status = (from: string | null, to: string) => ({ field: 'status', from, to });
    expect(await told('task-t')).toEqual([
      { ...common, type: 'TaskCreated', changes: [status(null, 'pending')] },
      { ...common, type: 'TaskStarted', changes: [status('pending', 'processing')] },
      { ...common, type: 'TaskStepCompleted', changes: [{ field: 'step', from: null, to: 'download' }] },
      { ...common, type: 'TaskAttemptFailed', reason: 'the store is away', changes: [] },
      { ...common, type: 'TaskSucceeded', changes: [status('processing', 'success')] },
      { ...common, type: 'TaskExpired', changes: [status('success', 'expired')] },
    ]);
  });

  it('tells why a task failed', async () => {
    await createTask(null);
    await happened('task-t', 'TaskFailed', { message: 'no such host', expiresAt: AT });
    expect((await told('task-t')).at(-1)).toMatchObject({
      ...{ projectId: null, reason: 'no such host' },
      changes: [{ field: 'status', from: 'pending', to: 'failure' }],
    });
  });

  it('tells of a namespace what changed in it, and whose it was when it went', async () => {
    const empty = { associations: [], objects: [], properties: [], tags: [] };
    const header = {
      name: 'N',
      displayName: null,
      description: null,
      visibility: null,
      protected: null,
      owner: 'mine',
    };
    await happened('metadef_namespace-n', 'MetadefNamespaceCreated', { ...header, ...empty, createdAt: AT });
    await happened('metadef_namespace-n', 'MetadefNamespaceOwnerChanged', { owner: 'theirs', changedAt: AT });
    await happened('metadef_namespace-n', 'MetadefTagsAdded', { names: ['red'], changedAt: AT });
    await happened('metadef_namespace-n', 'MetadefNamespaceDeleted', { deletedAt: AT });
    const moments = await told('metadef_namespace-n');
    expect(moments.map(({ subject }) => subject)).toEqual(Array(4).fill({ kind: 'namespace', name: 'N' }));
    expect(moments.map(({ projectId }) => projectId)).toEqual(['mine', 'theirs', 'theirs', 'theirs']);
    expect(moments[1]!.changes).toEqual([{ field: 'owner', from: 'mine', to: 'theirs' }]);
    expect(moments[2]!.changes).toEqual([{ field: 'tag red', from: null, to: true }]);
    expect(moments[3]!.changes).toContainEqual({ field: 'namespace', from: 'N', to: null });
  });

  it('tells of a type of resources when it came and went', async () => {
    await happened('metadef_resource_type-x', 'MetadefResourceTypeRegistered', {
      ...{ name: 'X', protected: true, createdAt: AT },
    });
    await happened('metadef_resource_type-x', 'MetadefResourceTypeRemoved', { deletedAt: AT });
    const common = { subject: { kind: 'resource_type', name: 'X' }, projectId: null, reason: null };
    expect(await told('metadef_resource_type-x')).toEqual([
      { ...common, type: 'MetadefResourceTypeRegistered', changes: [{ field: 'name', from: null, to: 'X' }] },
      { ...common, type: 'MetadefResourceTypeRemoved', changes: [{ field: 'name', from: 'X', to: null }] },
    ]);
  });

  it('stops at what it does not know', async () => {
    await happened('task-t', 'TaskTeleported');
    await expect(history.read('task-t')).rejects.toThrow(UnknownEventType);
    expect(await history.read('task-u')).toEqual([]);
  });
});

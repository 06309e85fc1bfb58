import { metadefEvents } from '../../events/contracts/metadef-events.js';
import type { MetadefEvent } from '../../events/contracts/metadef-events.js';
import { evolveNamespace } from '../../events/contracts/metadef-evolve.js';
import type { MetadefNamespace } from '../../events/contracts/metadef-content.js';
import { taskEvents } from '../../events/contracts/task-events.js';
import type { TaskEvent } from '../../events/contracts/task-events.js';
import type { AnyEvent } from '../../events/event-codec.js';
import type { EventStore, RecordedEvent } from '../../events/event-store.js';
import type { EventDecoder } from '../projection.js';
import { evolveTaskDetails, taskIdOf } from '../tasks/task.projection.js';
import type { TaskDetails } from '../tasks/task.read-model.js';
import { differences } from './field-changes.js';
import type { FieldChange } from './field-changes.js';
import { namespaceFields } from './namespace-fields.js';

/** What an event is about, other than an image. */
export type StreamSubject =
  | Readonly<{ kind: 'task'; taskId: string; taskType: string; imageId: string | null }>
  | Readonly<{ kind: 'namespace'; name: string }>
  | Readonly<{ kind: 'resource_type'; name: string }>;

/** One event in the life of a task, of a namespace of metadata definitions, or of a type of resources. */
export type StreamMoment = Readonly<{
  envelope: RecordedEvent;
  subject: StreamSubject;
  /** Whose it is after the event, or was last; null: nobody's. */
  projectId: string | null;
  /** Why, where the event says so. */
  reason: string | null;
  /** Of a task its status and steps; what was asked for and what came of it stay in the task. */
  changes: readonly FieldChange[];
}>;

/** What happened to all that is no image, read from its stream. */
export class StreamHistory {
  constructor(
    private readonly eventStore: Pick<EventStore, 'readStream'>,
    private readonly codec: EventDecoder<AnyEvent>,
  ) {}

  /**
   * All that happened in a stream; index n is revision n. Empty for a stream that is not there, or is of another kind.
   * @throws UnknownEventType, UnknownEventSchema, InvalidStoredEvent
   */
  async read(stream: string): Promise<readonly StreamMoment[]> {
    const folds = { task: new TaskFold(), metadef: new MetadefFold() };
    const moments: StreamMoment[] = [];
    for (const envelope of await this.eventStore.readStream(stream)) {
      const event = this.codec.decode(envelope);
      if (isTaskEvent(event)) moments.push({ envelope, ...folds.task.add(event, envelope) });
      else if (isMetadefEvent(event)) moments.push({ envelope, ...folds.metadef.add(event) });
    }
    return moments;
  }
}

type Told = Omit<StreamMoment, 'envelope'>;

class TaskFold {
  private task: TaskDetails | null = null;
  private created: TaskDetails | null = null;

  add(event: TaskEvent, envelope: RecordedEvent): Told {
    const before = this.task;
    this.task = evolveTaskDetails(before, { event, envelope });
    this.created ??= this.task;
    const [from, to] = [before?.status ?? null, this.task?.status ?? 'expired'];
    const step = event.type === 'TaskStepCompleted' ? [{ field: 'step', from: null, to: event.data.step }] : [];
    return {
      subject: {
        kind: 'task',
        taskId: taskIdOf(envelope.stream),
        taskType: this.created?.type ?? '',
        imageId: this.created?.imageId ?? null,
      },
      projectId: this.created?.owner ?? null,
      reason: reasonOf(event),
      changes: [...(from === to ? [] : [{ field: 'status', from, to }]), ...step],
    };
  }
}

function reasonOf(event: TaskEvent): string | null {
  if (event.type === 'TaskFailed') return event.data.message;
  return event.type === 'TaskAttemptFailed' ? event.data.reason : null;
}

class MetadefFold {
  private namespace: MetadefNamespace | null = null;
  private last: Readonly<{ name: string; owner: string | null }> = { name: '', owner: null };

  add(event: MetadefEvent): Told {
    if (event.type === 'MetadefResourceTypeRegistered' || event.type === 'MetadefResourceTypeRemoved') {
      const { name: before } = this.last;
      if (event.type === 'MetadefResourceTypeRegistered') this.last = { name: event.data.name, owner: null };
      const isThere = event.type === 'MetadefResourceTypeRegistered';
      const change = isThere ? { from: null, to: event.data.name } : { from: before, to: null };
      const subject = { kind: 'resource_type', name: this.last.name } as const;
      return { subject, projectId: null, reason: null, changes: [{ field: 'name', ...change }] };
    }
    const before = this.namespace;
    this.namespace = evolveNamespace(before, event);
    this.last = this.namespace ?? this.last;
    return {
      subject: { kind: 'namespace', name: this.last.name },
      projectId: this.last.owner,
      reason: null,
      changes: differences(namespaceFields(before), namespaceFields(this.namespace)),
    };
  }
}

const isTaskEvent = (event: AnyEvent): event is TaskEvent => Object.hasOwn(taskEvents, event.type);

const isMetadefEvent = (event: AnyEvent): event is MetadefEvent => Object.hasOwn(metadefEvents, event.type);

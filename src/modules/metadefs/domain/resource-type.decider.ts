import type { MetadefResourceTypeEvent } from '../../../events/contracts/metadef-events.js';
import type { Decider } from '../../../kernel/decider.js';
import type { ResourceTypeCommand } from './metadef.commands.js';
import { mustBeName } from './namespace-guards.js';

/** The name of the type as it was first written; null: not known. */
export type ResourceTypeState = Readonly<{ name: string | null }>;

/** A type of resources, stream `metadef_resource_type-<name in lower case>`: known once somebody has named it. */
export const resourceTypeDecider: Decider<ResourceTypeState, ResourceTypeCommand, MetadefResourceTypeEvent> = {
  initialState: { name: null },
  decide: (command, { name: known }) => {
    switch (command.type) {
      case 'RegisterResourceType': {
        const { name, now: createdAt } = command;
        mustBeName(name, 'resource type');
        if (known !== null) return [];
        const data = { name, protected: command.protected, createdAt };
        return [{ type: 'MetadefResourceTypeRegistered', schemaVersion: 1, data }];
      }
      case 'RemoveResourceType':
        if (known === null) return [];
        return [{ type: 'MetadefResourceTypeRemoved', schemaVersion: 1, data: { deletedAt: command.now } }];
    }
  },
  evolve: (_, event) => {
    switch (event.type) {
      case 'MetadefResourceTypeRegistered':
        return { name: event.data.name };
      case 'MetadefResourceTypeRemoved':
        return { name: null };
    }
  },
};

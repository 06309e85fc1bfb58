import type { MetadefNamespace, NamespaceHeader } from '../../../events/contracts/metadef-content.js';
import type { MetadefNamespaceEvent } from '../../../events/contracts/metadef-events.js';

/** What has to happen for a namespace to be what the header says; its name may be written another way only. */
export const headerChanges = (
  namespace: MetadefNamespace,
  header: NamespaceHeader,
  changedAt: string,
): MetadefNamespaceEvent[] => {
  const { name, displayName, description, visibility, owner } = header;
  const events: MetadefNamespaceEvent[] = [];
  if (name !== namespace.name || displayName !== namespace.displayName || description !== namespace.description) {
    const data = { name, displayName, description, changedAt };
    events.push({ type: 'MetadefNamespaceDescribed', schemaVersion: 1, data });
  }
  if (visibility !== namespace.visibility) {
    events.push({ type: 'MetadefNamespaceVisibilityChanged', schemaVersion: 1, data: { visibility, changedAt } });
  }
  if (header.protected !== namespace.protected) {
    const data = { protected: header.protected, changedAt };
    events.push({ type: 'MetadefNamespaceProtectionChanged', schemaVersion: 1, data });
  }
  if (owner !== namespace.owner) {
    events.push({ type: 'MetadefNamespaceOwnerChanged', schemaVersion: 1, data: { owner, changedAt } });
  }
  return events;
};

import type { MetadefNamespace, NamespaceHeader } from '../../../events/contracts/metadef-content.js';
import type { MetadefNamespaceEvent } from '../../../events/contracts/metadef-events.js';
import { evolveNamespace } from '../../../events/contracts/metadef-evolve.js';
import type { RenameOutcome } from './metadef.commands.js';

/** What decisions about a namespace depend on. Folded from the events of its stream, never stored. */
export type NamespaceState = Readonly<{
  /** Null: there is none of this name (any more). */
  namespace: MetadefNamespace | null;
  /** An attempt to rename the namespace that has not been decided yet. */
  rename: Readonly<{ renameId: string; header: NamespaceHeader }> | null;
  /** What was decided about namespaces that wanted this name, by attempt. */
  decided: ReadonlyMap<string, RenameOutcome>;
}>;

export const noNamespace: NamespaceState = { namespace: null, rename: null, decided: new Map() };

/** What a stream says after an event. Never refuses: what happened, happened. */
export const evolveNamespaceState = (state: NamespaceState, event: MetadefNamespaceEvent): NamespaceState => {
  const next = { ...state, namespace: evolveNamespace(state.namespace, event) };
  if (event.type === 'MetadefNamespaceRenameRequested') {
    return { ...next, rename: { renameId: event.data.renameId, header: event.data.header } };
  }
  if (event.type === 'MetadefNamespaceRenamed' || event.type === 'MetadefNamespaceRenameWithdrawn') {
    return { ...next, rename: null };
  }
  if (event.type === 'MetadefNamespaceAdopted') return withDecision(next, event.data.renameId, 'adopted');
  if (event.type === 'MetadefNamespaceAdoptionRefused') return withDecision(next, event.data.renameId, 'refused');
  return next;
};

const withDecision = (state: NamespaceState, renameId: string, outcome: RenameOutcome): NamespaceState => ({
  ...state,
  decided: new Map(state.decided).set(renameId, outcome),
});

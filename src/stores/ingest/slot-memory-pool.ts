import { SLOT_COUNT, SlotMemory } from './slot-memory.js';

/** Slots that all uploads together may use, as long as each has one. */
const SLOT_BUDGET = 64;

/**
 * The memories of all uploads. None is ever dropped, because V8 sees no reason to collect what lies outside of its heap;
 * instead, many uploads at once get fewer slots each, and what was never touched was never resident.
 */
export class SlotMemoryPool {
  readonly #idle: SlotMemory[] = [];
  #lent = 0;

  borrow(): SlotMemory {
    this.#lent++;
    return this.#idle.pop() ?? new SlotMemory(() => this.#slotsEach());
  }

  giveBack(memory: SlotMemory): void {
    this.#lent--;
    memory.onFree(() => undefined);
    this.#idle.push(memory);
  }

  #slotsEach(): number {
    return Math.min(SLOT_COUNT, Math.max(1, Math.floor(SLOT_BUDGET / this.#lent)));
  }
}

import { SlotMemory, SLOT_COUNT } from '../../../../src/stores/ingest/slot-memory.js';
import { SlotMemoryPool } from '../../../../src/stores/ingest/slot-memory-pool.js';

describe('slot memory', () => {
  it('hands out the lowest free slot, and none when all are taken', () => {
    const memory = new SlotMemory();
    const taken = Array.from({ length: SLOT_COUNT }, () => memory.take());
    expect(taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(memory.take()).toBeNull();
    memory.release(5);
    memory.release(2);
    expect(memory.take()).toBe(2);
  });

  it('frees a slot when its last holder lets go', () => {
    const memory = new SlotMemory();
    let freed = 0;
    memory.onFree(() => freed++);
    const slot = memory.take()!;
    memory.share(slot, 2);
    memory.release(slot);
    memory.release(slot);
    expect([freed, memory.isIdle]).toEqual([0, false]);
    memory.release(slot);
    expect([freed, memory.isIdle]).toEqual([1, true]);
    expect(() => memory.release(slot)).toThrow('not taken');
  });

  it('is used again by the next uploads', () => {
    const pool = new SlotMemoryPool();
    const memories = Array.from({ length: 6 }, () => pool.borrow());
    expect(new Set(memories).size).toBe(6);
    for (const memory of memories) pool.giveBack(memory);
    const again = Array.from({ length: 6 }, () => pool.borrow());
    expect(new Set([...memories, ...again]).size).toBe(6);
  });

  it.each([
    { uploads: 8, slotsEach: 8 },
    { uploads: 20, slotsEach: 3 },
    { uploads: 200, slotsEach: 1 },
  ])('is shared fairly: $uploads uploads get $slotsEach slots each', ({ uploads, slotsEach }) => {
    const pool = new SlotMemoryPool();
    const memories = Array.from({ length: uploads }, () => pool.borrow());
    const taken = memories.map((memory) => Array.from({ length: SLOT_COUNT }, () => memory.take()));
    for (const slots of taken) expect(slots.filter((slot) => slot !== null)).toHaveLength(slotsEach);
    for (const memory of memories.slice(1)) pool.giveBack(memory);
    const rest = Array.from({ length: SLOT_COUNT }, () => memories[0]!.take());
    expect(rest.filter((slot) => slot !== null)).toHaveLength(SLOT_COUNT - slotsEach);
  });
});

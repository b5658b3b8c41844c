/**
 * What a thread and the event loop know of the runs that were handed to the thread, in memory that both see.
 * So nothing need be told of a run but its end; and of a run that has not begun, both agree in one step
 * whether it begins there or is taken back.
 */

/** Runs that a thread can have been handed at a time: the one that runs, those behind it, and some taken back. */
export const slotCount = 8

/** How a run began. */
export interface Begin {
  /** Milliseconds since 1970. */
  startedAt: number
  /** All that its thread had used by then. */
  threadCpuMs: number
}

/** How a run ended. */
export interface Spent {
  runMs: number
  cpuMs: number
}

const state = { free: 0, handed: 1, takenBack: 2, running: 3, done: 4, failed: 5 } as const
const numbersEach = 4
const callsBytes = 8

export function slotMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(callsBytes + slotCount * (8 * numbersEach + 4))
}

export type Slots = ReturnType<typeof createSlots>

/** One side's view of the memory. */
export function createSlots(memory: SharedArrayBuffer) {
  const calls = new Int32Array(memory, 0, 1)
  const numbers = new Float64Array(memory, callsBytes, slotCount * numbersEach)
  const states = new Int32Array(memory, callsBytes + numbers.byteLength, slotCount)
  const change = (slot: number, from: number, to: number) =>
    Atomics.compareExchange(states, slot, from, to) === from
  /** Only the event loop takes one, so it stays free meanwhile. */
  function firstFree(): number {
    for (let slot = 0; slot < slotCount; slot++)
      if (Atomics.load(states, slot) === state.free) return slot
    return -1
  }

  return {
    hasFree: () => firstFree() >= 0,
    /** The event loop's: a slot for a run that is handed over now. */
    take(): number {
      const slot = firstFree()
      Atomics.store(states, slot, state.handed)
      return slot
    },
    /** The event loop's. @returns whether the run will never begin on this thread */
    takeBack: (slot: number) => change(slot, state.handed, state.takenBack),
    /** The event loop's. */
    free: (slot: number) => void Atomics.store(states, slot, state.free),
    /** The event loop's: undefined where the run has not begun. */
    begun(slot: number): Begin | undefined {
      if (Atomics.load(states, slot) < state.running) return undefined
      const at = slot * numbersEach
      return { startedAt: numbers[at]!, threadCpuMs: numbers[at + 1]! }
    },
    /** The event loop's: whether the run has ended, and its report is there or is about to be. */
    isOver: (slot: number) => Atomics.load(states, slot) >= state.done,
    /** The event loop's, when the report is there. */
    spent(slot: number): Spent & { ok: boolean } {
      const at = slot * numbersEach
      const ok = Atomics.load(states, slot) === state.done
      return { ok, runMs: numbers[at + 2]!, cpuMs: numbers[at + 3]! }
    },
    /** The event loop's: the thread looks whether it was handed something. */
    call(): void {
      Atomics.add(calls, 0, 1)
      Atomics.notify(calls, 0, 1)
    },
    /** The thread's: to be read before it looks whether it was handed something. */
    calls: () => Atomics.load(calls, 0),
    /** The thread's: waits until it has been called more often than `seen`. */
    wait: (seen: number) => void Atomics.wait(calls, 0, seen),
    /** The thread's. @returns false where the run was taken back */
    begin(slot: number, { startedAt, threadCpuMs }: Begin): boolean {
      const at = slot * numbersEach
      numbers[at] = startedAt
      numbers[at + 1] = threadCpuMs
      if (change(slot, state.handed, state.running)) return true
      Atomics.store(states, slot, state.free)
      return false
    },
    /** The thread's, before it posts the report. */
    end(slot: number, { ok, runMs, cpuMs }: Spent & { ok: boolean }): void {
      const at = slot * numbersEach
      numbers[at + 2] = runMs
      numbers[at + 3] = cpuMs
      Atomics.store(states, slot, ok ? state.done : state.failed)
    },
  }
}

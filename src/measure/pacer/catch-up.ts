/** Faster than time, after a pause. */
const speed = 1.25
/** What an event loop takes for a turn without having paused. */
const turnMs = 2
/** So many at once are no burst. */
const few = 16

/**
 * The clock by which requests are sent. It stands still while this process pauses, and then goes faster than
 * time until it is right again: of what is overdue after a pause, a few are sent at once, and the others not.
 * That would be a burst that nobody has asked for: at high rates a thousand new connections, since no answer
 * that has come meanwhile has been read, and a service that is busy with them for seconds; at low ones, heavy
 * work all at once. The price: a long pause makes requests late for five times as long as it was. That is
 * recorded as lag, and counts towards latency, for that counts from when they were due.
 *
 * All times are milliseconds on one clock.
 */
export interface CatchUpClock {
  /** A turn of the event loop begins. */
  turn(now: number): void
  /** Whether what was due then may be sent in this turn; if so, it is. */
  sends(due: number): boolean
  /** Nothing is overdue, and nothing is due before that time: waiting until then is no pause. */
  rest(until: number): void
}

export function createCatchUpClock(start: number): CatchUpClock {
  let clock = start
  /** When this turn was to come: from then on it is late. */
  let expected = start
  let spare = few
  return {
    turn(now) {
      const lateMs = Math.max(0, now - expected)
      clock = Math.min(Math.max(now, clock), clock + Math.min(lateMs, turnMs) * speed)
      expected = Math.max(expected, now)
    },
    sends(due) {
      if (due <= clock) return true
      if (spare === 0) return false
      spare--
      clock = due
      return true
    },
    rest(until) {
      clock = until
      expected = until
      spare = few
    },
  }
}

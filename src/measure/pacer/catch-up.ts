/** Faster than time, after a pause. */
const speed = 1.25
/** What an event loop takes for a turn without having paused. */
const turnMs = 2

/**
 * The clock by which requests are sent. It stands still while this process pauses, and then goes faster than
 * time until it is right again: what is overdue after a pause is not sent all at once. That would be a burst
 * that nobody has asked for: at high rates a thousand new connections, since no answer that has come
 * meanwhile has been read, and a service that is busy with them for seconds.
 *
 * One may be sent in every turn of the event loop, whatever the clock says: while turns are short, because neither
 * this process nor the service has much to do, what is overdue is made good within milliseconds. Where they
 * are long, a pause makes requests late for up to five times as long as it was. That is recorded as lag, and
 * counts towards latency, which counts from when they were due.
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
  let sent = 0
  return {
    turn(now) {
      const lateMs = Math.max(0, now - expected)
      clock = Math.min(Math.max(now, clock), clock + Math.min(lateMs, turnMs) * speed)
      expected = Math.max(expected, now)
      sent = 0
    },
    sends(due) {
      if (due > clock && sent > 0) return false
      sent++
      return true
    },
    rest(until) {
      clock = until
      expected = until
    },
  }
}

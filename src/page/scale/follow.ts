import { computed, effect } from '@preact/signals'
import { fleetNow } from '../fleet-now.ts'
import { link } from '../topology/stream.ts'
import { scaleOf } from './commands.ts'
import { control, isAtRest, look } from './control.ts'

/** While the launcher and the fleet disagree it is asked so often, and so many times. */
const everyMs = 1000
const most = 10

/**
 * Keeps what is known of the launcher up to date until the returned function is called. Others scale too,
 * in a terminal: whoever comes or goes tells that. The launcher may count one that is leaving for a while
 * after the fleet has none of it, and the fleet one that has left; so it is asked again until they agree.
 */
export function followControl(): () => void {
  const who = computed(() =>
    fleetNow.value?.instances.map(({ id, state }) => `${id} ${state === 'draining'}`).join(),
  )
  let newest = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function turn(left: number): Promise<void> {
    clearTimeout(timer)
    const mine = ++newest
    await look()
    if (mine === newest && left > 0 && disagree())
      timer = setTimeout(() => void turn(left - 1), everyMs)
  }

  const stop = effect(() => {
    void who.value
    if (link.value !== 'lost' && isAtRest.value) void turn(most)
  })
  return () => {
    stop()
    newest++
    clearTimeout(timer)
  }
}

function disagree(): boolean {
  const [fleet, { scale } = {}] = [fleetNow.peek(), control.peek()]
  if (fleet === undefined || scale === undefined) return false
  const { server, worker } = scaleOf(fleet)
  return server !== scale.server || worker !== scale.worker
}

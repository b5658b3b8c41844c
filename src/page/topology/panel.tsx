import { useComputed, useSignalEffect } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { FleetMap } from './map.tsx'
import { activityOf, farewellMs, type Member, nextMembers } from './members.ts'
import { fleet, followFleet, link, reason } from './stream.ts'

/** The topology, live. */
export function Topology() {
  useEffect(followFleet, [])
  const members = useMembers()
  return (
    <section class={`panel topology ${link.value}`} aria-labelledby="topology-title">
      <div class="head">
        <h2 id="topology-title" tabIndex={-1}>
          The system, live
        </h2>
        <p class="link" role="status">
          {inWords[link.value]} {reason.value}
        </p>
      </div>
      {fleet.value === undefined ? (
        <div class="map waiting">
          <p class="hint">
            {link.value === 'connecting'
              ? 'Asks who is there…'
              : reason.value || 'Nobody answers yet.'}
          </p>
        </div>
      ) : (
        <FleetMap members={members} depth={fleet.value.queue} />
      )}
      <ul class="legend" aria-label="What the colours mean">
        <li class="idle">idle</li>
        <li class="busy">busy: tasks run in it</li>
        <li class="blocked">blocked: its event loop does not turn</li>
        <li class="draining">draining: finishes and ends</li>
      </ul>
      <Blocked />
    </section>
  )
}

const inWords = {
  connecting: 'connects…',
  live: 'live',
  lost: 'no news: what is shown is old.',
}

/** Those that are there, and for a moment those that have gone. */
function useMembers(): readonly Member[] {
  const [members, setMembers] = useState<readonly Member[]>([])
  const update = () =>
    setMembers((before) => nextMembers(before, fleet.value?.instances ?? [], performance.now()))
  useSignalEffect(update)
  const someLeave = members.some(({ goneAt }) => goneAt !== undefined)
  useEffect(() => {
    if (!someLeave) return
    const timer = setTimeout(update, farewellMs)
    return () => clearTimeout(timer)
  }, [someLeave, members])
  return members
}

/** For a screen reader: who is blocked, said once when that changes. */
function Blocked() {
  const names = useComputed(() =>
    (fleet.value?.instances ?? [])
      .filter((each) => activityOf(each) === 'blocked')
      .map(({ id }) => id)
      .join(', '),
  )
  return (
    <p class="visually-hidden" role="status">
      {names.value && `blocked: ${names.value}`}
    </p>
  )
}

import { useRef } from 'preact/hooks'
import type { Instance } from '../../api/fleet.ts'
import { useHeir } from '../heir.ts'
import { isAtRest, kill } from '../scale/control.ts'
import { launcher } from '../scale/launcher.ts'
import { count, duration, megabytes, percent } from '../words.ts'
import { activityOf, type Member } from './members.ts'

/** One instance with its vitals. */
export function Card({ member: { instance, goneAt } }: { member: Member }) {
  const activity = goneAt === undefined ? activityOf(instance) : 'gone'
  return (
    <li class={`card ${activity}`} data-place={instance.id} data-state={activity}>
      <p class="who">
        <strong>{instance.id}</strong>
        <span class="state">{stateInWords(activity, instance)}</span>
        {launcher.value === 'here' && activity !== 'gone' && <Kill id={instance.id} />}
      </p>
      <dl>
        <Vital name="loop delay" title="99th percentile of the event loop’s delay, last second">
          {duration(instance.eventLoop.p99Ms)}
        </Vital>
        <Vital name="running" title="tasks that run in it now">
          {count(instance.running)}
        </Vital>
        <Vital name="loop use" title="how much of the time the event loop is in use">
          {percent(instance.eventLoop.utilisation)}
        </Vital>
        {instance.role === 'server' ? (
          <Vital name="hits" title="requests so far">
            {count(instance.hits)}
          </Vital>
        ) : (
          <Vital name="jobs" title="jobs taken so far">
            {count(instance.hits)}
          </Vital>
        )}
        <Vital name="CPU" title="cores in use">
          {instance.cpu.toFixed(2)}
        </Vital>
        <Vital name="memory" title="resident set size">
          {megabytes(instance.rssBytes)}
        </Vital>
      </dl>
    </li>
  )
}

/** As `kill -9` does: its launcher starts it again. */
function Kill({ id }: { id: string }) {
  const button = useRef<HTMLButtonElement>(null)
  useHeir(button, () => document.getElementById('topology-title'))
  return (
    <button
      ref={button}
      type="button"
      class="kill"
      aria-label={`Kill ${id}`}
      title={`kill ${id}, as a crash would; it is started again`}
      aria-disabled={!isAtRest.value}
      onClick={() => isAtRest.value && kill(id)}
    >
      ✕
    </button>
  )
}

function Vital({ name, title, children }: { name: string; title: string; children: string }) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd class="number" data-vital={name}>
        {children}
      </dd>
    </div>
  )
}

function stateInWords(activity: string, { blockedMs }: Instance): string {
  return activity === 'blocked' ? `blocked ${duration(blockedMs)}` : activity
}

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Fleet } from '../../api/fleet.ts'
import { probed } from '../bystander/samples.ts'
import { count } from '../words.ts'
import { Card } from './card.tsx'
import { Dots } from './dots.ts'
import type { Member } from './members.ts'
import { fleet } from './stream.ts'
import { proxy, queue, tripsBetween } from './travel.ts'
import { pathOf, type Wire, wireBetween, wireName } from './wires.ts'

/** The system as it is wired, with what travels in it. */
export function FleetMap({
  members,
  depth,
}: {
  members: readonly Member[]
  depth: Fleet['queue']
}) {
  const frame = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const servers = members.filter(({ instance }) => instance.role === 'server')
  const workers = members.filter(({ instance }) => instance.role === 'worker')
  const wires = useWires(frame, canvas, namesOf(servers), namesOf(workers))
  useDots(canvas, wires)
  return (
    <div class="map" ref={frame}>
      <svg class="wires" aria-hidden="true">
        {[...wires].map(([name, wire]) => (
          <path key={name} d={pathOf(wire)} />
        ))}
      </svg>
      <div class="stage">
        <div class="card fixed" data-place={proxy}>
          <p class="who">
            <strong>nginx</strong>
          </p>
          <p class="hint">balances</p>
        </div>
      </div>
      <Stage title="Servers" members={servers} />
      <div class="stage">
        <div class="card fixed" data-place={queue}>
          <p class="who">
            <strong>Redis</strong>
          </p>
          <dl>
            <div title={`jobs that wait; ${count(depth.limit)} may`}>
              <dt>waiting</dt>
              <dd class="number" data-queue="waiting">
                {count(depth.waiting)}
              </dd>
            </div>
            <div title="jobs that a worker has taken">
              <dt>active</dt>
              <dd class="number" data-queue="active">
                {count(depth.active)}
              </dd>
            </div>
          </dl>
        </div>
      </div>
      <Stage title="Workers" members={workers} />
      <canvas class="dots" ref={canvas} />
    </div>
  )
}

function Stage({ title, members }: { title: string; members: readonly Member[] }) {
  const many = members.length > 5 ? ' many' : ''
  return (
    <ul class={`stage${many}`} aria-label={title}>
      {members.map((member) => (
        <Card key={member.instance.id} member={member} />
      ))}
      {members.length === 0 && <li class="card empty">no {title.toLowerCase()}</li>}
    </ul>
  )
}

const namesOf = (members: readonly Member[]) => members.map(({ instance }) => instance.id).join(' ')

type Ref<T> = { current: T | null }

/** Measures where the wires lead, whenever instances come or go or the picture changes its size. */
function useWires(
  frame: Ref<HTMLDivElement>,
  canvas: Ref<HTMLCanvasElement>,
  servers: string,
  workers: string,
): ReadonlyMap<string, Wire> {
  const [wires, setWires] = useState<ReadonlyMap<string, Wire>>(new Map())
  useLayoutEffect(() => {
    const measure = () => {
      const places = placesIn(frame.current!)
      const pairs = [
        ...servers.split(' ').flatMap((id) => [[proxy, id] as const, [id, queue] as const]),
        ...workers.split(' ').map((id) => [queue, id] as const),
      ]
      setWires(
        new Map(
          pairs.flatMap(([from, to]) => {
            const [a, b] = [places.get(from), places.get(to)]
            return a && b ? [[wireName(from, to), wireBetween(a, b)] as const] : []
          }),
        ),
      )
      const { clientWidth, clientHeight } = frame.current!
      canvas.current!.width = clientWidth * devicePixelRatio
      canvas.current!.height = clientHeight * devicePixelRatio
    }
    const observer = new ResizeObserver(measure)
    observer.observe(frame.current!)
    measure()
    return () => observer.disconnect()
  }, [servers, workers])
  return wires
}

function placesIn(frame: HTMLElement) {
  const { left, top } = frame.getBoundingClientRect()
  return new Map(
    [...frame.querySelectorAll<HTMLElement>('[data-place]')].map((element) => {
      const box = element.getBoundingClientRect()
      const { width, height } = box
      return [element.dataset.place!, { left: box.left - left, top: box.top - top, width, height }]
    }),
  )
}

/** Sends a dot for everything that the instances have counted, and for each answer to the bystander. */
function useDots(canvas: Ref<HTMLCanvasElement>, wires: ReadonlyMap<string, Wire>): void {
  const newest = useRef(wires)
  newest.current = wires
  useEffect(() => {
    const dots = new Dots(canvas.current!, () => newest.current)
    const colour = (name: string) => getComputedStyle(canvas.current!).getPropertyValue(name)
    let before: { fleet: Fleet; at: number } | undefined
    const unfollow = fleet.subscribe((after) => {
      if (after === undefined) return
      const at = performance.now()
      const spreadMs = Math.min(500, before === undefined ? 0 : at - before.at)
      const trips = before === undefined ? [] : tripsBetween(before.fleet, after)
      for (const { from, to, count } of trips)
        dots.send(wireName(from, to), { count, spreadMs, colour: colour('--accent') })
      before = { fleet: after, at }
    })
    const unprobe = probed.subscribe((instance) => {
      if (instance !== undefined)
        dots.send(wireName(proxy, instance.id), {
          count: 1,
          spreadMs: 0,
          colour: colour('--bystander'),
        })
    })
    return () => {
      unfollow()
      unprobe()
      dots.stop()
    }
  }, [])
}

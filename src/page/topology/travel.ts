import type { Fleet, Instance } from '../../api/fleet.ts'

/** Requests and jobs that went along a wire since the last reading. */
export interface Trip {
  from: string
  to: string
  count: number
}

/** The places that are no instances. */
export const proxy = 'nginx'
export const queue = 'redis'

/**
 * What has travelled between two readings, by what the instances have counted: so anybody's requests are
 * seen, not only this page's. That a server has put a job on the queue is not counted: it follows from
 * the jobs that were taken and how the queue has grown, and is put down to the servers that had requests.
 */
export function tripsBetween(before: Fleet, after: Fleet): Trip[] {
  const arrivals = hitsBetween(before.instances, after.instances)
  const servers = arrivals.filter(({ role }) => role === 'server')
  const workers = arrivals.filter(({ role }) => role === 'worker')
  const taken = sum(workers)
  const queued = Math.max(0, taken + after.queue.waiting - before.queue.waiting)
  return [
    ...servers.map(({ id, hits }) => ({ from: proxy, to: id, count: hits })),
    ...share(Math.min(queued, sum(servers)), servers),
    ...workers.map(({ id, hits }) => ({ from: queue, to: id, count: hits })),
  ]
}

interface Arrivals {
  id: string
  role: Instance['role']
  hits: number
}

/** One that was started again counts from zero. */
function hitsBetween(before: readonly Instance[], after: readonly Instance[]): Arrivals[] {
  const earlier = new Map(before.map((each) => [each.id, each]))
  return after
    .map(({ id, role, hits, startedAt }) => {
      const known = earlier.get(id)
      const since = known === undefined || known.startedAt !== startedAt ? 0 : known.hits
      return { id, role, hits: hits - since }
    })
    .filter(({ hits }) => hits > 0)
}

const sum = (arrivals: readonly Arrivals[]) => arrivals.reduce((all, { hits }) => all + hits, 0)

/** Divides jobs among servers as their requests are divided. */
function share(jobs: number, servers: readonly Arrivals[]): Trip[] {
  const total = sum(servers)
  return servers
    .map(({ id, hits }) => ({ from: id, to: queue, count: Math.round((jobs * hits) / total) }))
    .filter(({ count }) => count > 0)
}

import { Machines } from './machines.ts'
import { Requests } from './requests.ts'

/** Instances that do not slow each other down, and requests that take 10 ms each. */
export function scene(instances: number, threads: number) {
  const requests = new Requests()
  const cores = instances * threads
  const speeds = Array<number>(cores).fill(1)
  const machines = new Machines(requests, {
    instances,
    threads,
    placement: 'shared',
    cores,
    speeds,
  })
  const create = (atMs: number) => requests.open(atMs, 10, 0, true)
  return { requests, machines, create }
}

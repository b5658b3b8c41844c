import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Balancer, createBalancer } from './balancer.ts'
import { scene } from './executor.fixture.ts'
import { Servers } from './servers.ts'

const leastConn = (servers: number) => createBalancer('least_conn', servers, Math.random)

const serversOf = ({
  servers = 2,
  threads = 1,
  lineLimit = Number.POSITIVE_INFINITY,
  balancer = leastConn(servers),
}) => {
  const { requests, machines, create } = scene(servers, threads)
  const executor = new Servers(requests, machines, balancer, { servers, threads, lineLimit })
  const end = () => {
    const atMs = machines.nextMs
    const request = machines.finish()
    const server = requests.instance[request]!
    executor.release(server, atMs)
    return { request, server, startedMs: requests.startedMs[request]! }
  }
  const accept = (atMs: number) => {
    const request = create(atMs)
    return executor.accept(request, atMs) ? request : undefined
  }
  return { requests, machines, executor, accept, end }
}

test('each server has a line of its own, first in, first out', () => {
  const { accept, end, executor } = serversOf({})
  const [a, b, c, d] = [accept(0), accept(1), accept(2), accept(3)]
  assert.equal(executor.waiting, 2)
  assert.deepEqual(
    [end(), end(), end(), end()],
    [
      { request: a, server: 0, startedMs: 0 },
      { request: b, server: 1, startedMs: 1 },
      { request: c, server: 0, startedMs: 10 },
      { request: d, server: 1, startedMs: 11 },
    ],
  )
})

test('a request too many is refused; one that gives up waiting frees its place', () => {
  const { accept, executor } = serversOf({ lineLimit: 1 })
  const [, , waiting] = [accept(0), accept(0), accept(0)]
  assert.notEqual(accept(0), undefined)
  assert.equal(accept(1), undefined)
  executor.withdraw(waiting!, 2)
  assert.notEqual(accept(3), undefined)
  assert.equal(accept(4), undefined)
})

test('a run that is ended hands its thread to who waits', () => {
  const { accept, end, executor } = serversOf({ servers: 1 })
  const [running, waiting] = [accept(0), accept(1)]
  executor.withdraw(running!, 4)
  assert.deepEqual(end(), { request: waiting, server: 0, startedMs: 4 })
  assert.equal(executor.waiting, 0)
})

test('what a server had when it dies goes to the others, from its beginning; it gets nothing until it is back', () => {
  const { accept, end, executor } = serversOf({})
  const [a, b, c] = [accept(0), accept(1), accept(2)]
  assert.deepEqual(executor.die(0, 5), [])
  const d = accept(6)
  assert.equal(executor.waiting, 3)
  assert.deepEqual(
    [end(), end(), end(), end()].map(({ request, server }) => [request, server]),
    [
      [b, 1],
      [a, 1],
      [c, 1],
      [d, 1],
    ],
  )
  accept(50)
  executor.comeBack(0)
  const e = accept(51)
  assert.equal(end().server, 1)
  assert.deepEqual(end(), { request: e, server: 0, startedMs: 51 })
})

test('where no other server is there, or has a place, it is refused', () => {
  const { accept, executor } = serversOf({ lineLimit: 1 })
  const [a, , c, d] = [accept(0), accept(0), accept(0), accept(0)]
  assert.notEqual(d, undefined)
  assert.deepEqual(executor.die(0, 1), [a, c])
  assert.equal(executor.die(1, 2).length, 2)
  assert.equal(executor.waiting, 0)
  assert.equal(accept(3), undefined)
})

test('a request goes on to others until each server has died with it, however many there are', () => {
  const servers = 20
  const { accept, executor, requests } = serversOf({ servers })
  const request = accept(0)!
  for (let death = 1; death <= servers; death++) {
    const server = requests.instance[request]!
    assert.deepEqual(executor.die(server, death), death < servers ? [] : [request])
    executor.comeBack(server)
  }
  assert.equal(requests.runs[request], servers)
})

/** Keeps its own count of what it was told is open at each server. */
const countingBalancer = (servers: number) => {
  const open = Array<number>(servers).fill(0)
  const balancer = leastConn(servers)
  const counting: Balancer = {
    pick: () => balancer.pick(),
    opened(server) {
      open[server]!++
      balancer.opened(server)
    },
    closed(server) {
      open[server]!--
      balancer.closed(server)
    },
    remove(server) {
      open[server] = 0
      balancer.remove(server)
    },
    add: (server) => balancer.add(server),
  }
  return { open, balancer: counting }
}

test('the balancer is told of all that is open at each server, and of no more', () => {
  const aStep = fc.record({
    what: fc.constantFrom('come', 'come', 'come', 'end', 'withdraw', 'die'),
    n: fc.nat(),
  })
  const sizes = fc.record({
    servers: fc.integer({ min: 1, max: 4 }),
    threads: fc.integer({ min: 1, max: 3 }),
    lineLimit: fc.nat(4),
  })
  fc.assert(
    fc.property(sizes, fc.array(aStep, { maxLength: 80 }), (size, steps) => {
      const { open, balancer } = countingBalancer(size.servers)
      const { accept, end, executor, machines, requests } = serversOf({ ...size, balancer })
      const present = new Set<number>()
      const away = new Set<number>()
      let atMs = 0
      for (const { what, n } of steps) {
        atMs = Math.min(atMs + 1, machines.nextMs)
        const server = n % size.servers
        if (what === 'come') {
          const request = accept(atMs)
          if (request !== undefined) present.add(request)
        } else if (what === 'end' && machines.running > 0) {
          atMs = machines.nextMs
          present.delete(end().request)
        } else if (what === 'withdraw' && present.size > 0) {
          const request = [...present][n % present.size]!
          present.delete(request)
          executor.withdraw(request, atMs)
        } else if (what === 'die' && away.delete(server)) executor.comeBack(server)
        else if (what === 'die') {
          away.add(server)
          for (const request of executor.die(server, atMs)) present.delete(request)
        }
        const right = Array<number>(size.servers).fill(0)
        for (const request of present) right[requests.instance[request]!]!++
        assert.deepEqual(open, right)
        assert.equal(executor.waiting + machines.running, present.size)
      }
    }),
    { numRuns: 300 },
  )
})

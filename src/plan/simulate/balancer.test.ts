import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRandom } from '../../random.ts'
import { createBalancer } from './balancer.ts'
import type { Balance } from './system.ts'

const create = (balance: Balance, servers: number) =>
  createBalancer(balance, servers, createRandom(1))

const policies: Balance[] = ['least_conn', 'round_robin', 'random_two']

test('least_conn: nobody has fewer open than the one that is chosen; nobody away is', () => {
  const step = fc.record({
    what: fc.constantFrom('request', 'request', 'end', 'away'),
    n: fc.nat(),
  })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 200 }), (n, steps) => {
      const balancer = create('least_conn', n)
      const open = Array<number>(n).fill(0)
      const away = new Set<number>()
      for (const { what, n: number } of steps) {
        const server = number % n
        if (what === 'end' && open[server]! > 0) {
          open[server]!--
          balancer.closed(server)
        } else if (what === 'away' && away.delete(server)) balancer.add(server)
        else if (what === 'away') {
          away.add(server)
          open[server] = 0
          balancer.remove(server)
        } else if (what === 'request') {
          const chosen = balancer.pick()
          if (away.size === n) {
            assert.equal(chosen, -1)
            continue
          }
          assert.ok(!away.has(chosen))
          const present = open.filter((_, each) => !away.has(each))
          assert.equal(open[chosen], Math.min(...present))
          open[chosen]!++
          balancer.opened(chosen)
        }
      }
    }),
  )
})

test('least_conn: servers with nothing open take turns', () => {
  const balancer = create('least_conn', 3)
  const chosen = Array.from({ length: 6 }, () => {
    const server = balancer.pick()
    balancer.opened(server)
    balancer.closed(server)
    return server
  })
  assert.deepEqual(chosen, [0, 1, 2, 0, 1, 2])
})

test('round_robin: in turn, without those that are away', () => {
  const balancer = create('round_robin', 3)
  const pick = () => balancer.pick()
  assert.deepEqual(Array.from({ length: 4 }, pick), [0, 1, 2, 0])
  balancer.remove(1)
  assert.deepEqual(Array.from({ length: 3 }, pick), [2, 0, 2])
  balancer.add(1)
  assert.deepEqual(Array.from({ length: 3 }, pick), [0, 1, 2])
})

test('random_two: each pair is drawn as often as the others, and the one with fewer chosen', () => {
  const balancer = create('random_two', 4)
  for (const server of [1, 2, 2, 3, 3, 3]) balancer.opened(server)
  const times = [0, 0, 0, 0]
  for (let n = 0; n < 60_000; n++) times[balancer.pick()]!++
  // Of the six pairs, three have server 0, two more server 1, the last server 2.
  for (const [server, pairs] of [3, 2, 1, 0].entries())
    assert.ok(Math.abs(times[server]! - pairs * 10_000) < 400, `${times}`)
})

for (const balance of policies)
  test(`${balance}: where one server is there it is chosen, where none is, none`, () => {
    const balancer = create(balance, 2)
    balancer.remove(0)
    assert.equal(balancer.pick(), 1)
    balancer.remove(1)
    assert.equal(balancer.pick(), -1)
    balancer.add(0)
    assert.equal(balancer.pick(), 0)
  })

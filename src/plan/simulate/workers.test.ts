import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scene } from './executor.fixture.ts'
import { Workers } from './workers.ts'

const queueOf = ({ workers = 1, threads = 1, queueLimit = Number.POSITIVE_INFINITY }) => {
  const { requests, machines, create } = scene(workers, threads)
  const options = { workers, threads, queueLimit, handBackMs: 100 }
  const queue = new Workers(requests, machines, options)
  /** Lets the next run end: whose it was, and when it began. */
  const end = () => {
    const atMs = machines.nextMs
    const request = machines.finish()
    queue.release(requests.instance[request]!, atMs)
    return { request, startedMs: requests.startedMs[request]! }
  }
  const accept = (atMs: number) => {
    const request = create(atMs)
    return queue.accept(request, atMs) ? request : undefined
  }
  return { requests, machines, queue, accept, end }
}

test('jobs go to the worker with the most free threads', () => {
  const { accept, requests } = queueOf({ workers: 3, threads: 2 })
  const workers = Array.from({ length: 6 }, () => requests.instance[accept(0)!])
  assert.deepEqual(workers, [0, 1, 2, 0, 1, 2])
})

test('the queue is first in, first out, and full where its limit says', () => {
  const { accept, end, queue } = queueOf({ queueLimit: 2 })
  const [a, b, c, refused] = [accept(0), accept(1), accept(2), accept(3)]
  assert.equal(refused, undefined)
  assert.equal(queue.waiting, 2)
  assert.deepEqual(
    [end(), end(), end()],
    [
      { request: a, startedMs: 0 },
      { request: b, startedMs: 10 },
      { request: c, startedMs: 20 },
    ],
  )
})

test('the jobs of a dead worker come first again once that is noticed, in their order, even if all is full', () => {
  const { accept, end, queue } = queueOf({ threads: 2, queueLimit: 1 })
  const [a, b, waiting] = [accept(0), accept(1), accept(2)]
  assert.deepEqual(queue.die(0, 5), [])
  assert.equal(queue.handBackMs, 105)
  assert.equal(queue.waiting, 1)
  queue.handBack(105)
  assert.equal(queue.handBackMs, Number.POSITIVE_INFINITY)
  assert.equal(queue.waiting, 3)
  assert.equal(accept(106), undefined)
  queue.comeBack(0, 200)
  assert.deepEqual(
    [end(), end(), end()],
    [
      { request: a, startedMs: 200 },
      { request: b, startedMs: 200 },
      { request: waiting, startedMs: 210 },
    ],
  )
})

test('other workers go on while a job is lost, and take it before what came meanwhile', () => {
  const { accept, end, queue } = queueOf({ workers: 2 })
  const [lost, other] = [accept(0), accept(0)]
  queue.die(0, 5)
  accept(6)
  accept(7)
  assert.deepEqual(end(), { request: other, startedMs: 0 })
  for (let atMs = 16; atMs < 100; atMs += 10) {
    assert.notEqual(accept(atMs), undefined)
    assert.equal(end().startedMs, atMs - 6)
  }
  queue.handBack(105)
  assert.equal(end().startedMs, 100)
  assert.deepEqual(end(), { request: lost, startedMs: 110 })
})

test('a job leaves wherever it is: from its run, the queue, or a dead worker', () => {
  const { accept, end, queue, machines } = queueOf({})
  const [running, waiting, next] = [accept(0), accept(1), accept(2)]
  queue.withdraw(waiting!, 3)
  assert.equal(queue.waiting, 1)
  queue.withdraw(running!, 4)
  assert.equal(machines.running, 1)
  queue.die(0, 6)
  queue.withdraw(next!, 7)
  assert.equal(queue.handBackMs, Number.POSITIVE_INFINITY)
  queue.comeBack(0, 8)
  const after = accept(9)
  assert.deepEqual(end(), { request: after, startedMs: 9 })
})

test('a job under which eleven workers have died is given up', () => {
  const { accept, queue } = queueOf({})
  const job = accept(0)!
  for (let death = 1; death <= 11; death++) {
    assert.deepEqual(queue.die(0, death * 1000), death < 11 ? [] : [job])
    if (death < 11) queue.handBack(queue.handBackMs)
    queue.comeBack(0, death * 1000 + 500)
  }
  assert.equal(queue.waiting, 0)
})

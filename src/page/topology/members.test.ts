import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anInstance } from './instance.fixture.ts'
import { activityOf, farewellMs, nextMembers } from './members.ts'

const names = (members: ReturnType<typeof nextMembers>) =>
  members.map(({ instance, goneAt }) => `${instance.id}${goneAt === undefined ? '' : ' (gone)'}`)

test('instances stand by kind and number', () => {
  const ids = ['worker-1', 'server-10', 'server-2']
  const members = nextMembers(
    [],
    ids.map((id) => anInstance(id)),
    0,
  )
  assert.deepEqual(names(members), ['server-2', 'server-10', 'worker-1'])
})

test('one that has gone is shown for a moment, in its place, and then no more', () => {
  const [one, two] = [anInstance('server-1'), anInstance('server-2')]
  const before = nextMembers([], [one, two], 0)
  const gone = nextMembers(before, [two], 100)
  assert.deepEqual(names(gone), ['server-1 (gone)', 'server-2'])
  assert.deepEqual(names(nextMembers(gone, [two], 99 + farewellMs)), [
    'server-1 (gone)',
    'server-2',
  ])
  assert.deepEqual(names(nextMembers(gone, [two], 100 + farewellMs)), ['server-2'])
})

test('one that comes back meanwhile is there again', () => {
  const one = anInstance('server-1')
  const gone = nextMembers(nextMembers([], [one], 0), [], 10)
  assert.deepEqual(names(nextMembers(gone, [one], 20)), ['server-1'])
})

test('what an instance does is one of four words', () => {
  assert.equal(activityOf(anInstance('server-1')), 'idle')
  assert.equal(activityOf(anInstance('server-1', { running: 2 })), 'busy')
  assert.equal(activityOf(anInstance('server-1', { running: 1, state: 'blocked' })), 'blocked')
  assert.equal(activityOf(anInstance('server-1', { state: 'draining' })), 'draining')
})

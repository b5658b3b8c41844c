import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from '../usage-error.ts'
import { choose, parseChosen } from './chosen.ts'

const running = {
  server: [{ name: 'server-1' }, { name: 'server-2' }],
  worker: [{ name: 'worker-1' }],
}

function names(words: string[]): string[] {
  const { server, worker } = choose(words, running)
  return [...server, ...worker].map(({ name }) => name)
}

test('no words mean all, a role all of its kind, a name one', () => {
  assert.deepEqual(names([]), ['server-1', 'server-2', 'worker-1'])
  assert.deepEqual(names(['server']), ['server-1', 'server-2'])
  assert.deepEqual(names(['server-2']), ['server-2'])
})

test('the order and repetition of words do not matter', () => {
  assert.deepEqual(names(['worker', 'server-2', 'worker-1', 'server-2']), ['server-2', 'worker-1'])
})

test('a name of none that runs is refused with those that do', () => {
  assert.throws(
    () => choose(['server-1', 'server-3'], running),
    (error) =>
      error instanceof UsageError &&
      error.message === 'there is no server-3 here, only server-1, server-2, worker-1',
  )
})

test('words of a command line add up, and are checked one by one', () => {
  assert.deepEqual(parseChosen('worker', parseChosen('server-12')), ['server-12', 'worker'])
  for (const word of ['redis', 'nginx', 'server-0', 'server-', 'Server', 'server=2', ''])
    assert.throws(() => parseChosen(word), /neither server, worker nor the name of one/, word)
})

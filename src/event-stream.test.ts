import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventStream } from './event-stream.ts'

/** Events that come when the test gives them. */
function source() {
  let next = Promise.withResolvers<string | undefined>()
  const state = { asked: 0, hasEnded: false }
  async function* events(): AsyncGenerator<string, void, undefined> {
    try {
      for (;;) {
        state.asked++
        const event = await next.promise
        if (event === undefined) return
        next = Promise.withResolvers()
        yield event
      }
    } finally {
      state.hasEnded = true
    }
  }
  return { state, events, give: (event: string | undefined) => next.resolve(event) }
}

test('a stream says when to come back, then each event, and ends with them', async () => {
  const { events, give, state } = source()
  const stream = eventStream(events()).setEncoding('utf8')
  const chunks = stream[Symbol.asyncIterator]()
  assert.equal((await chunks.next()).value, 'retry: 1000\n\n')
  give('data: 1\n\n')
  assert.equal((await chunks.next()).value, 'data: 1\n\n')
  give(undefined)
  assert.equal((await chunks.next()).done, true)
  assert.ok(state.hasEnded)
})

test('a stream that has nothing to say says that it is still here', async () => {
  const { events, give } = source()
  const chunks = eventStream(events(), 1).setEncoding('utf8')[Symbol.asyncIterator]()
  await chunks.next()
  assert.equal((await chunks.next()).value, ': still here\n\n')
  assert.equal((await chunks.next()).value, ': still here\n\n')
  give('data: 1\n\n')
  for (;;) {
    const { value } = await chunks.next()
    if (value === 'data: 1\n\n') break
    assert.equal(value, ': still here\n\n')
  }
  give(undefined)
})

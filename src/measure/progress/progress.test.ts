import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RequestRecord } from '../records/record.ts'
import { createProgress } from './progress.ts'

const record: RequestRecord = {
  trial: 0,
  kind: 'task',
  due: 10,
  sent: 10,
  accepted: null,
  started: null,
  ended: 15,
  outcome: 'completed',
  status: 200,
}

/** All that it writes during one trial with one request. */
function written({
  isTTY,
  quiet,
  signal = new AbortController().signal,
}: {
  isTTY: boolean
  quiet: boolean
  signal?: AbortSignal
}): string {
  let text = ''
  const output = {
    isTTY,
    columns: 100,
    write(part: string) {
      text += part
    },
  }
  const progress = createProgress({
    ...{ name: 'mine', trials: 1, durationMs: 1000 },
    ...{ output, quiet, signal },
  })
  progress.note('starts a stack of its own')
  progress.trial({ number: 1, label: 'thread', durationMs: 1000 })
  progress.record(record)
  progress.record({ ...record, due: -100 }) // of the warm-up
  progress.trialEnded()
  progress.end()
  return text
}

test('on a terminal there is one line that changes, and in the end a line a trial', () => {
  const text = written({ isTTY: true, quiet: false })
  assert.match(text, /^\rmine ░+ 0:01 left · starts a stack of its own/)
  assert.ok(text.endsWith('\r\u001b[K1/1 thread · 1 completed\n\r\u001b[K'))
})

test('one that is being stopped tells no time left', () => {
  const text = written({ isTTY: true, quiet: false, signal: AbortSignal.abort() })
  assert.match(text, /^\rmine ░+ starts a stack of its own/)
  assert.doesNotMatch(text, /left/)
})

test('elsewhere there is a line that says how long it takes, and a line a trial', () => {
  assert.equal(
    written({ isTTY: false, quiet: false }),
    'mine: 1 trial, at least 1 s\n1/1 thread · 1 completed\n',
  )
})

test('quiet is quiet', () => {
  assert.equal(written({ isTTY: false, quiet: true }), '')
  assert.equal(written({ isTTY: true, quiet: true }), '')
})

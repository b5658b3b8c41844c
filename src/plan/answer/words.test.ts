import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer, Breaks, Question } from './plan.ts'
import { exampleQuestion } from './profile.fixture.ts'
import { on, outOf, outsideByExecutors, whatBreaks } from './words.ts'

for (const [share, text] of [
  [0.95, '95 of 100'],
  [0.999, '999 of 1,000'],
  [0.0371, '371 of 10,000'],
  [0.000_01, '1 of 100,000'],
  [0, '0 of 100'],
  [1 / 3, '333 of 1,000'],
  [0.000_123_456, 'less than 1 of 1,000'],
] as const)
  test(`a share of ${share} is ${text}`, () => assert.equal(outOf(share), text))

test('executors are named with where their tasks run', () => {
  assert.equal(on('thread'), 'on threads')
  assert.equal(on('thread', 'queue', 'event-loop'), 'on threads, the queue and the event loop')
})

const dying = { failures: { meanBetweenMs: 60_000, downMs: 5000, handBackMs: 8000 } }
const table: [Breaks, Answer['executor'], Partial<Question>, string][] = [
  ['cores', 'thread', {}, 'their cores have hardly any time left'],
  ['latency', 'thread', {}, 'results come later than 200 ms'],
  ['refusals', 'thread', {}, 'lines are full and requests are refused'],
  ['refusals', 'queue', {}, 'the queue is full and jobs are refused'],
  [
    'refusals',
    'queue',
    { refusedAtMost: 0.001 },
    'the queue is full and more than 1 of 1,000 jobs are refused',
  ],
  ['refusals', 'thread', dying, 'requests are refused, as lines are full or no server is alive'],
  ['refusals', 'event-loop', dying, 'requests are refused, as no server is alive'],
  [
    'refusals',
    'queue',
    dying,
    'jobs are refused or given up, as the queue is full or workers die under them too often',
  ],
  ['deadline', 'thread', { deadlineMs: 3000 }, 'requests wait beyond their deadline of 3 s'],
  [
    'deadline',
    'event-loop',
    { deadlineMs: 3000 },
    'requests take longer than their deadline of 3 s',
  ],
  ['server loop', 'queue', {}, 'the event loops of the servers are too busy with HTTP'],
]
for (const [breaks, executor, change, text] of table)
  test(`what breaks: ${text}`, () =>
    assert.equal(whatBreaks(breaks, executor, exampleQuestion(change)), text))

test('with several targets it is not said which is missed', () => {
  const targets = [
    { share: 0.95, ms: 200 },
    { share: 0.99, ms: 300 },
  ]
  assert.equal(
    whatBreaks('latency', 'queue', exampleQuestion({ targets })),
    'results come later than asked',
  )
})

test('a phrase is told once, with all whom it is true of', () => {
  const answer = (executor: Answer['executor'], outside: string[]) =>
    ({ executor, outside }) as Answer
  assert.deepEqual(
    outsideByExecutors([
      answer('thread', ['a', 'b']),
      answer('queue', ['a', 'c', 'b']),
      answer('event-loop', []),
    ]),
    [
      { executors: ['thread', 'queue'], phrases: ['a', 'b'] },
      { executors: ['queue'], phrases: ['c'] },
    ],
  )
  assert.deepEqual(outsideByExecutors([answer('event-loop', [])]), [])
})

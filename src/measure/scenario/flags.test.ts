import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from '../../usage-error.ts'
import {
  parseDurationOption,
  parseExecutors,
  parseParam,
  parseRate,
  parseRepetitions,
  parseSpacing,
  parseTask,
} from './flags.ts'

for (const [parse, text, value] of [
  [parseExecutors, 'thread', ['thread']],
  [parseExecutors, 'queue, event-loop,queue', ['queue', 'event-loop']],
  [parseRate, '100', 100],
  [parseRate, '0.5', 0.5],
  [parseRate, '100000', 100_000],
  [parseDurationOption, '500ms', 500],
  [parseDurationOption, '2m', 120_000],
  [parseSpacing, 'poisson', 'poisson'],
  [parseRepetitions, '10', 10],
  [parseTask, 'primes', 'primes'],
  [parseParam, 'limit=3000000', { limit: 3_000_000 }],
  [parseParam, 'text=a=b', { text: 'a=b' }],
  [parseParam, 'list=[1, "x"]', { list: [1, 'x'] }],
  [parseParam, 'quoted="5"', { quoted: '5' }],
  [parseParam, 'empty=', { empty: '' }],
  [parseParam, 'plain=007', { plain: '007' }],
] as [(text: string) => unknown, string, unknown][])
  test(`${parse.name} reads "${text}"`, () => {
    assert.deepEqual(parse(text), value)
  })

test('executors and parameters add up over several options', () => {
  assert.deepEqual(parseExecutors('queue', parseExecutors('thread')), ['thread', 'queue'])
  const params = ['a=1', 'b=x', 'a=2', '__proto__=3'].reduce(
    (before, text) => parseParam(text, before),
    {},
  )
  assert.deepEqual(Object.entries(params), [
    ['a', 2],
    ['b', 'x'],
    ['__proto__', 3],
  ])
})

for (const [parse, text, right] of [
  [
    parseExecutors,
    'threads',
    '--executor threads: must be one or more of event-loop, thread, queue',
  ],
  [parseExecutors, 'thread,', '--executor thread,: must be one or more of'],
  [parseExecutors, '', '--executor "": must be one or more of'],
  [parseRate, 'fast', '--rate fast: must be a number of requests a second above 0, at most 100000'],
  [parseRate, '0', '--rate 0: must be'],
  [parseRate, '-1', '--rate -1: must be'],
  [parseRate, '1e9', '--rate 1e9: must be'],
  [parseRate, '100001', '--rate 100001: must be'],
  [parseRate, '0x10', '--rate 0x10: must be'],
  [parseRate, 'Infinity', '--rate Infinity: must be'],
  [parseRate, ' ', '--rate " ": must be'],
  [parseDurationOption, '10', '--duration 10: needs a unit, such as 10s'],
  [parseDurationOption, '0s', '--duration 0s: must be a duration above 0'],
  [parseDurationOption, '1h', '--duration 1h: must be a duration above 0 with its unit'],
  [parseSpacing, 'random', '--spacing random: must be even or poisson'],
  [parseRepetitions, '0', '--repetitions 0: must be a whole number from 1 to 1000'],
  [parseRepetitions, '1.5', '--repetitions 1.5: must be'],
  [parseRepetitions, '1001', '--repetitions 1001: must be'],
  [parseTask, '', '--task "": must be the name of a task'],
  [parseParam, 'limit', '--param limit: must be name=value, such as limit=3000000'],
  [parseParam, '=5', '--param =5: must be name=value'],
] as [(text: string) => unknown, string, string][])
  test(`${parse.name} refuses "${text}" and says what would be right`, () => {
    assert.throws(
      () => parse(text),
      (error) => error instanceof UsageError && error.message.startsWith(right),
    )
  })

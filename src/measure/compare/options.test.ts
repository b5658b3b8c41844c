import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from '../../usage-error.ts'
import { parseConfidence, parseMetric, parseSeed, parseThreshold } from './options.ts'

test('options are read in the forms that people write', () => {
  assert.equal(parseMetric('bystander-p99'), 'bystander-p99')
  assert.equal(parseConfidence('0.95'), 0.95)
  assert.equal(parseConfidence('95%'), 0.95)
  assert.equal(parseThreshold('2%'), 0.02)
  assert.equal(parseThreshold('0'), 0)
  assert.equal(parseSeed('42'), 42)
})

const confidence = 'must be between 0.5 and 0.9999'
const threshold = 'must be a percentage below 100%, such as 2%'
const seed = 'must be a whole number from 0 to 4294967295'
for (const [parse, text, message] of [
  [
    parseMetric,
    'p95',
    '--metric p95: must be one of p50, p90, p99, mean, throughput, bystander-p99',
  ],
  [parseMetric, 'toString', /^--metric toString: must be one of/],
  [parseConfidence, '2', `--confidence 2: ${confidence}`],
  [parseConfidence, '0.4', `--confidence 0.4: ${confidence}`],
  [parseConfidence, '1', `--confidence 1: ${confidence}`],
  [parseConfidence, '99', `--confidence 99: ${confidence}`],
  [parseConfidence, '', `--confidence : ${confidence}`],
  [parseConfidence, 'high', `--confidence high: ${confidence}`],
  [parseThreshold, '0.02', `--threshold 0.02: ${threshold}`],
  [parseThreshold, '100%', `--threshold 100%: ${threshold}`],
  [parseThreshold, '-2%', `--threshold -2%: ${threshold}`],
  [parseThreshold, '%', `--threshold %: ${threshold}`],
  [parseSeed, '1.5', `--seed 1.5: ${seed}`],
  [parseSeed, '-1', `--seed -1: ${seed}`],
  [parseSeed, '4294967296', `--seed 4294967296: ${seed}`],
] as const)
  test(`${parse.name} refuses "${text}" and says what would be right`, () => {
    assert.throws(
      () => parse(text),
      (error) =>
        error instanceof UsageError &&
        (typeof message === 'string' ? error.message === message : message.test(error.message)),
    )
  })

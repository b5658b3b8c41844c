import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { answerQuestion } from '../answer/answer.ts'
import type { Answer, Plan, Predicted, Question } from '../answer/plan.ts'
import { exampleProfile, exampleQuestion } from '../answer/profile.fixture.ts'
import { verdictOf } from '../answer/verdict.ts'
import { examplePlan } from './plan.fixture.ts'
import { buildPlanReport } from './report.ts'
import { planTable } from './table.ts'

/** Whatever is asked and answered, people read words and figures only. */

function assertReadable(plan: Plan): void {
  const about = { command: 'unblock plan', at: '2026-11-26T16:40:00.000Z', version: '0.1.0' }
  const { html, plots } = buildPlanReport(plan, about)
  const texts = [planTable(plan), ...plan.verdict, html, ...plots.map(({ svg }) => svg)]
  for (const text of texts) assert.doesNotMatch(text, /.{0,60}(NaN|Infinity|undefined|\[object)/)
}

const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null })

const questions: fc.Arbitrary<Question> = fc
  .record({
    ratePerS: fc.constantFrom(3, 24, 70),
    targets: fc.constantFrom<Question['targets'][]>(
      [{ share: 0.5, ms: 40 }],
      [{ share: 0.95, ms: 72 }],
      [{ share: 0.95, ms: 300 }],
      [
        { share: 0.9, ms: 2000 },
        { share: 0.99, ms: 9000 },
      ],
    ),
    refusedAtMost: fc.constantFrom(0, 0.001, 0.3),
    arrivals: fc.constantFrom<Question['arrivals']>(
      { kind: 'poisson' },
      { kind: 'even' },
      { kind: 'bursts', times: 6, everyMs: 5000, lengthMs: 500 },
      { kind: 'trace', name: 'monday.txt', gapsMs: [1, 30, 5] },
    ),
    executors: fc.subarray<Question['executors'][number]>(['event-loop', 'thread', 'queue'], {
      minLength: 1,
      maxLength: 2,
    }),
    balance: fc.constantFrom<Question['balance']>('least_conn', 'round_robin', 'random_two'),
    coresEach: fc.constantFrom(1, 2, 8),
    threadsEach: fc.constantFrom(1, 2, 8),
    lineLimit: fc.constantFrom(1, 64),
    deadlineMs: maybe(fc.constantFrom(65, 1000)),
    failures: maybe(fc.constant({ meanBetweenMs: 60_000, downMs: 3000, handBackMs: 8000 })),
    corePrice: maybe(fc.constantFrom(0.000_01, 0.042)),
  })
  .map((question) => exampleQuestion(question))

test('what is said of the answer to any question has no figure that is none', () => {
  fc.assert(
    fc.property(questions, (question) =>
      assertReadable(answerQuestion(question, exampleProfile())),
    ),
    { numRuns: 12 },
  )
})

const ms = fc.constantFrom(0, 1e-7, 0.4, 73, 1e4, 1e10, Number.POSITIVE_INFINITY)
const share = fc.constantFrom(0, 1e-9, 0.0004, 0.3, 1)
const perS = fc.constantFrom(1e-5, 0.7, 24, 1e5, 1e9)

const predicted: fc.Arbitrary<Predicted> = fc.record({ ms, low: ms, high: ms })

const answers: fc.Arbitrary<Pick<Answer, 'predicted' | 'headroom' | 'cost'>> = fc.record({
  predicted: fc.record({
    ratePerS: perS,
    p50: predicted,
    p95: predicted,
    p99: predicted,
    bystanderP99Ms: maybe(ms),
    utilisation: share,
    loopUtilisation: maybe(share),
    waiting: fc.record({ mean: fc.constantFrom(0, 1e-6, 1e7), max: fc.constantFrom(0, 1e7) }),
    refused: share,
    expired: share,
    theory: maybe(
      fc.record({
        waitMs: fc.constantFrom(0, 1e-6, 1e7),
        simulatedWaitMs: fc.constantFrom(0, 1e-6, 1e7),
      }),
    ),
  }),
  headroom: maybe(
    fc.record({
      ratePerS: perS,
      breaks: fc.constantFrom(...(['cores', 'latency', 'refusals', 'deadline'] as const)),
      isOutside: fc.boolean(),
    }),
  ),
  cost: maybe(fc.constantFrom(0, 1e-7, 1e7)),
})

const outcome = fc.record({ p50: ms, p95: ms, p99: ms, p999: ms, refused: share })

test('nor is there one where figures are as small, or as large, as they can be', () => {
  fc.assert(
    fc.property(
      fc.array(answers, { minLength: 3, maxLength: 3 }),
      fc.array(outcome, { minLength: 3, maxLength: 3 }),
      (figures, outcomes) => {
        const plan = examplePlan()
        const extreme: Plan = {
          ...plan,
          answers: plan.answers.map((answer, index) => ({ ...answer, ...figures[index]! })),
          policies: {
            executor: 'event-loop',
            servers: 2,
            outcomes: (['least_conn', 'round_robin', 'random_two'] as const).map(
              (balance, index) => ({ balance, ...outcomes[index]! }),
            ),
          },
        }
        assertReadable({ ...extreme, verdict: verdictOf(extreme) })
      },
    ),
    { numRuns: 100 },
  )
})

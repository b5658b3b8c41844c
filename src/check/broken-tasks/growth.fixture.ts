import { type Broken, number, taskFile } from './task-file.fixture.ts'

/** Tasks that take longer than they may, or than they say. */
export const brokenGrowth: Broken[] = [
  {
    what: 'a maximum that takes too long',
    source: taskFile('return compute(params.n ** 2 / 1000)', {
      params: number('n', 150, 'minimum: 1, maximum: 10000'),
      fields: 'timeoutMs: 20_000,',
    }),
    check: 'growth',
    verdict: 'warn',
    reason: 'its maximum takes too long',
    detail:
      /n=10,000 would take .* \(extrapolated\), and may take 20 s\nn: time grows as n\^(1\.[7-9]|2|2\.[1-3]) /,
  },
  {
    what: 'a time that doubles',
    source: taskFile('return compute(1.5 ** params.n / 20)', {
      params: number('n', 15, 'minimum: 1, maximum: 90'),
    }),
    check: 'growth',
    verdict: 'warn',
    reason: 'its maximum takes too long',
    detail: /n: time doubles with every 1\.\d+ more/,
  },
  {
    what: 'a parameter without a maximum',
    source: taskFile('return compute(params.n)', {
      params: number('n', 50, 'minimum: 1'),
    }),
    check: 'growth',
    verdict: 'warn',
    reason: 'no maximum',
    detail: /^a request may ask for any n/,
  },
  {
    what: 'a part of its range that it refuses',
    source: taskFile(`if (params.n < 10) throw new Error('too few'); return params.n`, {
      params: number('n', 20),
    }),
    check: 'growth',
    verdict: 'warn',
    reason: 'throws within its range',
    detail: /^n=5: too few/,
  },
  {
    what: 'an estimate that is far too low',
    source: taskFile('return compute(200)', { fields: 'cost: () => 20,' }),
    check: 'cost',
    verdict: 'warn',
    reason: 'off by a factor of ',
    detail: /^20 ms estimated, [\d.]+ m?s of CPU measured/,
  },
]

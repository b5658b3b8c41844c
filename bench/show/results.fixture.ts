import { type Figure, figure, type Side } from '../rows/row.ts'
import type { MeasuredRow, Results } from './results.ts'

/** Invented figures of every row, so that what shows them can be looked at before they are measured. */

const bare = 'bare Fastify + BullMQ'
const flask = 'Flask + Celery'

const noise = [0, -0.4, 0.7, -1, 0.2, 1, -0.1]

/** Seven samples whose median is near to that value, the same whenever they are asked for. */
function around(value: number, spread: number): number[] {
  const turn = Math.round(value) % noise.length
  return [...noise.slice(turn), ...noise.slice(0, turn)].map(
    (share) => value * (1 + spread * share),
  )
}

function side(name: string, value: number, { spread = 0.04, failed = 0 } = {}): Side {
  return { name, samples: around(value, spread), failed }
}

type Against = [theirs: Side, reach?: Figure['reach']]

function against(
  row: string,
  measure: string,
  unit: string,
  { ours, others }: { ours: number | Side; others: Against[] },
): Figure[] {
  const own = typeof ours === 'number' ? side('Unblock', ours) : ours
  return others.map(([theirs, reach]) =>
    figure({ row, measure, unit, ours: own, theirs, ...(reach === undefined ? {} : { reach }) }),
  )
}

const light = [
  ...against('light', 'GET /api/tasks', 'requests/s', {
    ours: 15_355,
    others: [
      [side(bare, 23_812), { atLeast: 0.9 }],
      [side(flask, 912, { spread: 0.1, failed: 12 }), { atLeast: 5 }],
    ],
  }),
  ...against('light', 'GET /', 'requests/s', {
    ours: 16_210,
    others: [
      [side(bare, 17_020), { atLeast: 0.9 }],
      [side(flask, 1_120), { atLeast: 5 }],
    ],
  }),
]

const accept = against('accept', 'GET /api/non-blocking', 'jobs/s', {
  ours: 8_960,
  others: [
    // So near that two digits would call it reached.
    [side(bare, 8_990), { atLeast: 1 }],
    [side(flask, 402, { spread: 0.2 }), { atLeast: 10 }],
  ],
})

const drain = against('drain', 'empty jobs, two worker processes', 'jobs/s', {
  ours: 5_420,
  others: [
    [side('bare BullMQ', 5_210), { atLeast: 1 }],
    [side('Celery', 640), { atLeast: 5 }],
    [side('Sidekiq', 11_300)],
  ],
})

const goodput = [10, 2.5]
  .flatMap((ms) =>
    ['thread', 'queue'].flatMap((executor) =>
      against('goodput', `jobs of ${ms} ms, ${executor}`, 'jobs/s', {
        ours: (2_000 / ms) * (executor === 'thread' ? 0.981 : 0.934),
        others: [[side('bare loop', 2_000 / ms), { atLeast: ms === 10 ? 0.97 : 0.93 }]],
      }),
    ),
  )
  .concat(
    // A peer against its own language's loop.
    against('goodput', 'jobs of 10 ms, queue, Celery', 'jobs/s', {
      ours: side(flask, 151),
      others: [[side('bare loop in Python', 199)]],
    }),
  )

const bystander = against('bystander', 'p99 of GET / while all cores work', 'ms', {
  ours: 3.1,
  others: [
    [side('Unblock, idle', 1.72), { atMost: 2 }],
    [side(bare, 41.2, { spread: 0.5 }), { atMost: 1 }],
  ],
})

const roundTrip = against('round-trip', 'p50 from POST to result', 'ms', {
  ours: 2.31,
  others: [[side('add → work → waitUntilFinished', 1.98), { atMost: 1.3 }]],
})

const start = against('start', 'up --scale server=3 to the first 200', 's', {
  ours: 1.43,
  others: [[{ name: '1 s', samples: [1] }, { atMost: 2 }]],
})

const growth = [
  ...['accept', 'drain'].flatMap((what) =>
    [100_000, 1_000_000].flatMap((waiting) =>
      ['Unblock', bare].flatMap((system) => {
        const words = `${waiting.toLocaleString('en-US')} waiting`
        const few = side(`${system}, 1,000 waiting`, 5_380)
        return against('growth', `${what}, ${words}`, 'jobs/s', {
          ours: side(`${system}, ${words}`, waiting === 100_000 ? 5_310 : 4_610),
          others: [system === bare || waiting === 100_000 ? [few] : [few, { atLeast: 0.9 }]],
        })
      }),
    ),
  ),
  ...[2, 4, 8].flatMap((instances) =>
    against('growth', `drain, ${instances} workers`, 'jobs/s', {
      ours: 5_000 + 300 * instances,
      others: [[side('Unblock, 1 worker', 3_100)]],
    }),
  ),
  ...against('growth', 'memory of a waiting job', 'bytes', {
    ours: { name: 'Unblock', samples: [702] },
    others: [[{ name: bare, samples: [640] }, { atMost: 1.2 }]],
  }),
]

const seeing = ['light', 'accept', 'drain'].flatMap((what, index) =>
  against('seeing', what, index === 0 ? 'requests/s' : 'jobs/s', {
    ours: side('Unblock', [15_100, 6_010, 5_390][index]!),
    others: [[side('Unblock unseen', [15_355, 6_266, 5_420][index]!), { atLeast: 0.97 }]],
  }),
)

const rows: MeasuredRow[] = [
  ['light', 'requests/s of what costs nothing, 32 connections through nginx, two servers'],
  ['accept', 'jobs accepted/s, 32 connections through nginx, two servers, no worker'],
  ['drain', 'empty jobs done/s, two worker processes'],
  ['goodput', 'CPU-bound jobs/s over the same loop bare on all cores'],
  ['bystander', 'p99 of GET / while all cores do heavy work, over its idle p99'],
  [
    'round-trip',
    'from POST to the result of a tiny job while nothing else runs, over the bare chain',
  ],
  ['start', 'unblock up --scale server=3, warm, to the first 200'],
  ['growth', 'accept and drain with many jobs waiting and many instances; memory of a waiting job'],
  ['seeing', 'all of the above with the page open, vitals and metrics on, against off'],
].map(([name, about]) => ({ name: name!, about: about!, minutes: 3 }))

export function exampleResults(): Results {
  return {
    at: '2026-11-26T16:40:00.000Z',
    effort: 'full',
    minutes: 27.3,
    machine: '2 cores of AMD EPYC',
    versions: { Unblock: '0.1.0', Node: '26.10.0', Fastify: '5.12.8', BullMQ: '6.7.0' },
    leftOut: ['Sidekiq'],
    rows,
    figures: [
      ...[light, accept, drain, goodput, bystander, roundTrip, start, growth, seeing].flat(),
    ],
    notMeasured: [],
  }
}

/** A run of some rows, as with `--only`. */
export function runOf(names: readonly string[], results: Results): Results {
  return {
    ...results,
    rows: results.rows.filter(({ name }) => names.includes(name)),
    figures: results.figures.filter(({ row }) => names.includes(row)),
  }
}

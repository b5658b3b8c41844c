/** Tasks that are not fit, or nearly so, each for one reason: the source of a task file. */

interface Parts {
  /** The schema's properties, as source. */
  params?: string
  /** Between the parameters and `run`. */
  fields?: string
  /** Before the task. */
  before?: string
}

/** A task file in JavaScript; `run` is the body of its function. */
export function taskFile(run: string, { params = '', fields = '', before = '' }: Parts = {}) {
  return `${before}
    /** Computes, about a millisecond for each 1: so much work, however busy the machine is. */
    const compute = (amount) => {
      let x = 1
      const end = Math.round(amount * 1e6)
      for (let i = 0; i < end; i = (i + 1) | 0) x = Math.imul(x, 31) ^ i
      return x
    }
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
    export default {
      name: 'mine',
      summary: 'A task of a test',
      params: { type: 'object', properties: { ${params} } },
      ${fields}
      async run(params, { progress, signal }) { ${run} },
    }`
}

const number = (name: string, fallback: number, range = 'minimum: 1, maximum: 1e6') =>
  `${name}: { type: 'integer', default: ${fallback}, ${range} },`

export interface Broken {
  what: string
  source: string
  check: string
  verdict: 'warn' | 'fail'
  reason: string
  detail: RegExp
  /** Another check that fails for the same reason. */
  also?: string
}

export const brokenTasks: Broken[] = [
  {
    what: 'a random result',
    source: taskFile('return { id: Math.random() }'),
    check: 'same result',
    verdict: 'fail',
    reason: 'not deterministic',
    detail: /result\.id is 0\.\d+ in one run/,
  },
  {
    what: 'a result of the time',
    source: taskFile('return { at: performance.now() }'),
    check: 'same result',
    verdict: 'fail',
    reason: 'not deterministic',
    detail: /result\.at is/,
  },
  {
    what: 'a state that runs share',
    source: taskFile('return ++runs', { before: 'let runs = 0' }),
    check: 'same result',
    verdict: 'fail',
    reason: 'not deterministic',
    detail: /result is 1 in one run on the event loop, and 2 in the next/,
  },
  {
    what: 'a result that the kind of thread decides',
    source: taskFile('return { main: isMainThread }', {
      before: `import { isMainThread } from 'node:worker_threads'`,
    }),
    check: 'same result',
    verdict: 'fail',
    reason: 'depends on where it runs',
    detail: /result\.main is true on the event loop, and false on the thread/,
  },
  {
    what: 'a result that the process decides',
    source: taskFile('return process.pid'),
    check: 'same result',
    verdict: 'fail',
    reason: 'depends on where it runs',
    detail: /result is \d+ on the event loop/,
  },
  {
    what: 'what threads are not allowed to do',
    source: taskFile(
      `const before = process.cwd(); process.chdir('/'); process.chdir(before); return 1`,
      {
        before: `import { isMainThread } from 'node:worker_threads'
        if (!isMainThread) process.chdir = () => {}
        else process.chdir = () => { throw new Error('not here') }`,
      },
    ),
    check: 'same result',
    verdict: 'fail',
    reason: 'depends on where it runs',
    detail: /on the event loop it failed \(not here\), on the thread it ended well/,
  },
  {
    what: 'a list of its parameters that it sorts in place',
    source: taskFile('return params.list.sort()', {
      params: `list: { type: 'array', items: { type: 'number' }, default: [3, 1, 2] }`,
    }),
    check: 'same result',
    verdict: 'fail',
    reason: 'changes its parameters',
    detail: /params\.list\[0\]/,
  },
  {
    what: 'an end of the process on the event loop only',
    source: taskFile('if (isMainThread) process.exit(3); return 1', {
      before: `import { isMainThread } from 'node:worker_threads'`,
    }),
    check: 'same result',
    verdict: 'fail',
    reason: 'depends on where it runs',
    detail: /on the event loop it failed \(its process ended: exit code 3\)/,
  },
  {
    what: 'a loop without end on the event loop only',
    source: taskFile('if (isMainThread) for (;;); return 1', {
      before: `import { isMainThread } from 'node:worker_threads'`,
      fields: 'timeoutMs: 500,',
    }),
    check: 'same result',
    verdict: 'fail',
    reason: 'depends on where it runs',
    detail:
      /on the event loop it failed \(ran past its deadline of 1000 ms\), on the thread it ended/,
  },
  {
    what: 'a date in its result',
    source: taskFile('return { rows: [{ when: new Date(0) }] }'),
    check: 'serialisable',
    verdict: 'fail',
    reason: 'changed by JSON',
    detail: /^result\.rows\[0\]\.when is a Date/,
  },
  {
    what: 'a BigInt in its result',
    source: taskFile('return { large: 1n }'),
    check: 'serialisable',
    verdict: 'fail',
    reason: 'not JSON',
    detail: /^result\.large is a BigInt$/,
  },
  {
    what: 'a result that contains itself',
    source: taskFile('const all = { of: {} }; all.of.all = all; return all'),
    check: 'serialisable',
    verdict: 'fail',
    reason: 'not JSON',
    detail: /^result\.of\.all contains itself$/,
  },
  {
    what: 'no result',
    source: taskFile('1 + 1'),
    check: 'serialisable',
    verdict: 'fail',
    reason: 'changed by JSON',
    detail: /^result is undefined: clients get null/,
  },
  {
    what: 'a large result',
    source: taskFile(`return 'x'.repeat(2 * 1024 ** 2)`),
    check: 'serialisable',
    verdict: 'warn',
    reason: 'large result',
    detail: /^2\.0 MiB/,
  },
  {
    what: 'an error',
    source: taskFile(`throw new Error('no data')`),
    check: 'runs',
    verdict: 'fail',
    reason: 'throws',
    detail: /^no data$/,
  },
  {
    what: 'process.exit',
    source: taskFile('process.exit(0)'),
    check: 'runs',
    verdict: 'fail',
    reason: 'ends its thread',
    detail: /its thread ended/,
  },
  {
    what: 'a crash of its process',
    source: taskFile(`process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})`),
    check: 'runs',
    verdict: 'fail',
    reason: 'ends its process',
    detail: /its process ended: SIGKILL/,
  },
  {
    what: 'a promise that nobody resolves',
    source: taskFile('await new Promise(() => {})', { fields: 'timeoutMs: 500,' }),
    check: 'deadline',
    verdict: 'fail',
    reason: 'waits without computing',
    detail: /had not ended after 500 ms/,
  },
  {
    what: 'a loop without end',
    source: taskFile('for (;;);', { fields: 'timeoutMs: 800,' }),
    check: 'deadline',
    verdict: 'fail',
    reason: 'takes longer than its timeoutMs',
    detail: /of CPU in 800 ms/,
  },
  {
    what: 'native calls of more than half a second',
    source: taskFile(`return pbkdf2Sync('a', 'b', 1_300_000, 64, 'sha512').toString('hex')`, {
      before: `import { pbkdf2Sync } from 'node:crypto'`,
    }),
    check: 'cancellable',
    verdict: 'fail',
    reason: 'cannot be cancelled within 200 ms',
    detail: /its thread went on for longer than that/,
    also: 'deadline',
  },
  {
    what: 'progress beyond 1',
    source: taskFile('progress(0.5); progress(50); return 1'),
    check: 'progress',
    verdict: 'fail',
    reason: 'outside 0 to 1',
    detail: /^it reported 50$/,
  },
  {
    what: 'progress that starts again with each step',
    source: taskFile('for (const f of [0.5, 1, 0.5, 1]) progress(f); return 1'),
    check: 'progress',
    verdict: 'fail',
    reason: 'falls',
    detail: /^it reported 0\.5 after 1$/,
  },
  {
    what: 'a long run without progress',
    source: taskFile('await wait(2100); return 1'),
    check: 'progress',
    verdict: 'warn',
    reason: 'no progress',
    detail: /^none in \d/,
  },
  {
    what: 'progress that runs ahead',
    source: taskFile(
      'for (let i = 0; i < 10; i++) { await wait(10); progress((i + 1) / 10) } await wait(1000); return 1',
    ),
    check: 'progress',
    verdict: 'warn',
    reason: 'not in proportion',
    detail: /^it says 0\.95 after/,
  },
  {
    what: 'a maximum that takes too long',
    source: taskFile('return compute(params.n ** 2 / 1000)', {
      params: number('n', 300, 'minimum: 1, maximum: 10000'),
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
    source: taskFile(
      'const f = (n) => n < 2 ? n : f(n - 1) + f(n - 2); return { f: f(params.n) }',
      { params: number('n', 30, 'minimum: 1, maximum: 90') },
    ),
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
  {
    what: 'a timer that it leaves',
    source: taskFile('setTimeout(() => {}, 60_000); return 1'),
    check: 'leaves nothing',
    verdict: 'warn',
    reason: 'leaves something running',
    detail: /Timeout/,
  },
  {
    what: 'lines on standard output',
    source: taskFile(`console.log('started'); return 1`),
    check: 'leaves nothing',
    verdict: 'warn',
    reason: 'writes to standard output',
    detail: /^16 bytes/,
  },
]

import { type Broken, taskFile } from './task-file.fixture.ts'

/** Tasks whose result is not the same whenever and wherever they run. */
export const brokenResults: Broken[] = [
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
    what: 'the date in its result',
    source: taskFile('return { on: new Date().toISOString().slice(0, 10) }'),
    check: 'same result',
    verdict: 'fail',
    reason: 'depends on the time',
    detail:
      /^result\.on is "\d{4}-\d\d-\d\d" on the event loop, and "\d{4}-\d\d-\d\d" with a clock that/,
  },
  {
    what: 'a result that changes every five seconds',
    source: taskFile('return Math.floor(Date.now() / 5000)'),
    check: 'same result',
    verdict: 'fail',
    reason: 'depends on the time',
    detail: /^result is \d+ /,
  },
  {
    what: 'the moment in its result',
    source: taskFile('return new Date().toJSON()'),
    check: 'same result',
    verdict: 'fail',
    reason: 'depends on the time',
    detail: /^result is "/,
  },
  {
    what: 'what a new calendar says',
    source: taskFile('return String(Temporal.Now.plainDateISO())'),
    check: 'same result',
    verdict: 'fail',
    reason: 'depends on the time',
    detail: /^result is "/,
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
]

import { type Broken, taskFile } from './task-file.fixture.ts'

/** Tasks whose result is not the same after JSON. */
export const brokenJson: Broken[] = [
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
]

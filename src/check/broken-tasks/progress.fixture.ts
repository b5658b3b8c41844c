import { type Broken, taskFile } from './task-file.fixture.ts'

/** Tasks whose progress says little or nothing true. */
export const brokenProgress: Broken[] = [
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
]

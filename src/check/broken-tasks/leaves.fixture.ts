import { type Broken, taskFile } from './task-file.fixture.ts'

/** Tasks that leave something. */
export const brokenLeaves: Broken[] = [
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
  {
    what: 'a process that it leaves',
    source: taskFile(`spawn('sleep', ['60'], { stdio: 'ignore' }).unref(); return 1`, {
      before: `import { spawn } from 'node:child_process'`,
    }),
    check: 'leaves nothing',
    verdict: 'fail',
    reason: 'leaves a process running',
    detail: /^after a run: sleep$/,
  },
  {
    what: 'a process with a group of its own that it leaves',
    source: taskFile(
      `spawn('sleep', ['60'], { stdio: 'ignore', detached: true, env: {} }).unref(); return 1`,
      { before: `import { spawn } from 'node:child_process'` },
    ),
    check: 'leaves nothing',
    verdict: 'fail',
    reason: 'leaves a process running',
    detail: /^after a run: sleep$/,
  },
  {
    what: 'a process that goes on when its run is cancelled',
    source: taskFile(
      `await new Promise((resolve) => spawn('sleep', ['0.5']).on('exit', resolve)); return 1`,
      { before: `import { spawn } from 'node:child_process'` },
    ),
    check: 'leaves nothing',
    verdict: 'fail',
    reason: 'leaves a process running',
    detail: /^after a run that was cancelled or came to its deadline: sleep$/,
  },
]

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { folder } from '../../test/fixtures/folder.ts'
import { createRandom } from '../random.ts'
import type { RequestRecord } from './records/record.ts'
import { exampleRecord, exampleRun, exampleRunTrial } from './records/run.fixture.ts'
import { files, openLines, readSummary, writeRun } from './records/run-folder.ts'

/** Of the memory that JavaScript may have, in MB; it needs some 20 with nothing to do. */
const heapMb = 64
/** Kept, they would take twice as much. */
const records = 300_000

test(`a run of ${records} records is written up within ${heapMb} MB of heap`, async (t) => {
  const run = await folder(t)
  const durationMs = 30_000
  writeRun(run, exampleRun({ trials: [exampleRunTrial({ durationMs })] }))
  const lines = openLines<RequestRecord>(join(run, files.records))
  const random = createRandom(2)
  for (let index = 0; index < records; index++) {
    const due = (durationMs * index) / records
    const kind = index % 3 === 0 ? 'bystander' : 'task'
    const outcome = random() < 0.1 ? 'failed' : 'completed'
    lines.write(exampleRecord({ due, kind, outcome, ended: due + 1 + 9 * random() }))
  }
  await lines.close()

  const writeUp = new URL('write-up.ts', import.meta.url)
  const script = `import { writeUp } from ${JSON.stringify(writeUp)}
await writeUp(process.argv[1])`
  await promisify(execFile)(process.execPath, [
    ...[`--max-old-space-size=${heapMb}`, '--input-type=module', '--eval', script, run],
  ])

  const [condition] = readSummary(run).conditions
  assert.equal(condition?.requests.sent, (records * 2) / 3)
  assert.ok(statSync(join(run, 'report.html')).size < 500_000)
  assert.ok(existsSync(join(run, 'plots', 'over-time-thread.svg')))
})

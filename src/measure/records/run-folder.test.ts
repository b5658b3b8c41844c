import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { UsageError } from '../../usage-error.ts'
import { exampleSummary } from '../summary/summary.fixture.ts'
import { exampleRecord, exampleRun, exampleRunTrial, exampleSample } from './run.fixture.ts'
import {
  createRunFolder,
  files,
  findRun,
  openLines,
  readRecords,
  readRun,
  readSamples,
  readSummary,
  runsFolder,
  writeRun,
  writeSummary,
} from './run-folder.ts'

const now = new Date('2026-11-26T16:40:05.678Z')
let cwd = ''

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'unblock-runs-'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

const runAt = (time: string, name = 'strategies') => {
  const { id, path } = createRunFolder({ cwd, name, now: new Date(time) })
  writeRun(path, exampleRun({ id }))
  return id
}

describe('the folder of a run', () => {
  it('is made below the current one, and named by time and scenario', () => {
    const { id, path } = createRunFolder({ cwd, name: 'strategies', now })
    assert.equal(id, '2026-11-26T16-40-05-strategies')
    assert.equal(path, join(cwd, '.unblock', 'runs', id))
    assert.deepEqual(readdirSync(path), [])
  })

  it('has another name where two runs begin in one second', () => {
    const ids = [1, 2, 3].map(() => createRunFolder({ cwd, name: 'a', now }).id)
    assert.deepEqual(ids, [
      '2026-11-26T16-40-05-a',
      '2026-11-26T16-40-05-a-2',
      '2026-11-26T16-40-05-a-3',
    ])
  })

  it('never leaves the folder of runs, whatever the scenario is called', () => {
    const { id } = createRunFolder({ cwd, name: '../my test/ü', now })
    assert.equal(id, '2026-11-26T16-40-05-..-my-test-')
  })

  it('is where --out says, with its parents', () => {
    const { id, path } = createRunFolder({ cwd, name: 'a', now, out: 'results/first' })
    assert.equal(path, join(cwd, 'results', 'first'))
    assert.equal(id, '2026-11-26T16-40-05-a')
    assert.deepEqual(readdirSync(cwd), ['results'])
  })

  it('is not one in which there is something', () => {
    mkdirSync(join(cwd, 'empty'))
    createRunFolder({ cwd, name: 'a', now, out: 'empty' })
    writeFileSync(join(cwd, 'empty', 'notes'), '')
    assert.throws(
      () => createRunFolder({ cwd, name: 'a', now, out: 'empty' }),
      new UsageError('--out empty: there is something in it already; name an empty folder'),
    )
    assert.throws(
      () => createRunFolder({ cwd, name: 'a', now, out: 'empty/notes' }),
      (error) => error instanceof UsageError && /^cannot make a folder/.test(error.message),
    )
  })
})

describe('a run is found', () => {
  it('by path, id, the end of one, and as the latest', () => {
    const older = runAt('2026-11-26T16:40:05Z')
    const newer = runAt('2026-11-26T17:00:00Z', 'bursts')
    const at = (id: string) => join(cwd, runsFolder, id)
    assert.equal(findRun(at(older), cwd), at(older))
    assert.equal(findRun(`.unblock/runs/${older}`, cwd), at(older))
    assert.equal(findRun(older, cwd), at(older))
    assert.equal(findRun('strategies', cwd), at(older))
    assert.equal(findRun('00-bursts', cwd), at(newer))
    assert.equal(findRun('latest', cwd), at(newer))
  })

  it('by a whole id even if it is the end of another', () => {
    const id = runAt('2026-11-26T16:40:05Z', 'a')
    runAt('2026-11-26T16:40:06Z', id)
    assert.equal(findRun(id, cwd), join(cwd, runsFolder, id))
  })

  it('from when it has begun, whether or not it comes to an end', () => {
    const complete = runAt('2026-11-26T16:40:05Z')
    const { path, id } = createRunFolder({ cwd, name: 'b', now: new Date('2026-11-26T18:00:00Z') })
    assert.equal(findRun('latest', cwd), join(cwd, runsFolder, complete))
    assert.throws(() => findRun(id, cwd), /is no run; the newest in .unblock.runs: [^,]*$/)
    const trial = exampleRunTrial({ state: 'partial', durationMs: null, generator: null })
    const begun = exampleRun({ id, state: 'partial', trials: [trial] })
    writeRun(path, begun)
    assert.equal(findRun('latest', cwd), path)
    assert.deepEqual(readRun(path), begun)
  })

  it('or else those that there are are listed, the newest first', () => {
    assert.throws(
      () => findRun('latest', cwd),
      new UsageError('latest: there are none in .unblock/runs; make one: unblock measure'),
    )
    assert.throws(
      () => findRun('none', cwd),
      new UsageError(
        '"none" is no run; there are none in .unblock/runs; make one: unblock measure',
      ),
    )
    const ids = [1, 2, 3, 4, 5, 6].map((minute) => runAt(`2026-11-26T16:0${minute}:00Z`))
    const newest = ids.slice(1).reverse().join(', ')
    const listed = `the newest in .unblock/runs: ${newest} and 1 more`
    assert.throws(() => findRun('none', cwd), new UsageError(`"none" is no run; ${listed}`))
    assert.throws(() => findRun('', cwd), /no run/)
    assert.throws(
      () => findRun('.unblock', cwd),
      new UsageError(`.unblock: there is no run.json in it, so it is no run; ${listed}`),
    )
    assert.throws(
      () => findRun('00-strategies', cwd),
      new UsageError(
        `"00-strategies" is the end of several runs: ${newest} and 1 more; say more of it`,
      ),
    )
  })
})

describe('the files of a run', () => {
  it('come back as they were written, and leave nothing else behind', async () => {
    const { path } = createRunFolder({ cwd, name: 'a', now })
    const run = exampleRun()
    const summary = exampleSummary()
    writeRun(path, exampleRun({ state: 'partial' }))
    writeRun(path, run)
    writeSummary(path, summary)
    const records = openLines(join(path, files.records))
    records.write(exampleRecord())
    const samples = openLines(join(path, files.samples))
    samples.write(exampleSample(500, 3))
    await Promise.all([records.close(), samples.close()])

    assert.deepEqual(readRun(path), run)
    assert.deepEqual(readSummary(path), summary)
    assert.deepEqual(await Array.fromAsync(readRecords(path)), [exampleRecord()])
    assert.deepEqual(await Array.fromAsync(readSamples(path)), [exampleSample(500, 3)])
    assert.deepEqual(readdirSync(path).sort(), Object.values(files).sort())
  })

  it('may lack records and samples', async () => {
    assert.deepEqual(await Array.fromAsync(readRecords(cwd)), [])
    assert.deepEqual(await Array.fromAsync(readSamples(cwd)), [])
  })

  const mistakes: [what: string, text: string, mistake: string][] = [
    [
      'a newer format',
      JSON.stringify({ ...exampleRun(), format: 2 }),
      'was made by a newer version of unblock (format 2, this one reads 1); update unblock',
    ],
    ['no format', '{}', 'format: is missing: 1'],
    ['something else', '[1]', 'it must be an object'],
    [
      'a wrong field',
      JSON.stringify({ ...exampleRun(), state: 'half' }),
      'state: must be one of "complete", "partial"',
    ],
  ]
  for (const [what, text, mistake] of mistakes)
    it(`are refused by name where they have ${what}`, () => {
      const file = join(cwd, files.run)
      writeFileSync(file, text)
      assert.throws(
        () => readRun(cwd),
        (error) => {
          assert.ok(error instanceof UsageError)
          assert.ok(error.message.startsWith(`${file}: ${mistake}`), error.message)
          return true
        },
      )
    })

  it('are refused by name where they are not JSON, or not there', () => {
    const file = join(cwd, files.summary)
    assert.throws(() => readSummary(cwd), new UsageError(`${file}: there is no such file`))
    writeFileSync(file, '{"format": 1,')
    assert.throws(() => readSummary(cwd), /summary\.json: is not JSON: /)
    writeFileSync(
      file,
      JSON.stringify({
        ...exampleSummary(),
        conditions: [{ ...exampleSummary().conditions[0], key: 5 }],
      }),
    )
    assert.throws(
      () => readSummary(cwd),
      new UsageError(`${file}: conditions.0.key: must be a string`),
    )
  })

  it('say where they cannot be written', () => {
    assert.throws(() => writeRun(join(cwd, 'none'), exampleRun()), /^Error: cannot write .*ENOENT/)
  })
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Plan } from '../../src/plan/answer/plan.ts'
import type { Verification } from '../../src/plan/verify/verification.ts'
import { atEnd } from '../fixtures/at-end.ts'
import { until } from '../fixtures/until.ts'
import { environment, type Finished, temporaryFolder, unblock } from './stack.ts'

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

/** Some 4 ms of one core: nearly alone, beside each other, and more than two cores can do. */
const scenario = `
task: primes
params: { limit: 100000 }
executors: [thread, queue]
rates: [40, 300, 900]
spacing: poisson
warmUp: 1s
duration: 2s
bystander: false
`

/** A folder in which something has been measured. */
async function measuredIn(t: TestContext): Promise<string> {
  const dir = temporaryFolder(t)
  writeFileSync(join(dir, 'short.yaml'), scenario)
  const { code, stderr } = await unblock(['measure', './short.yaml'], dir)
  assert.equal(code, 0, stderr)
  return dir
}

function read<T>({ code, stdout, stderr }: Finished): T {
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout)
}

test('plan answers from a run that was measured, and verifies itself on this machine', {
  timeout: 240_000,
}, async (t) => {
  const dir = await measuredIn(t)
  const asked = ['plan', '--from', 'latest', '--rate', '1000', '--p95', '200ms']

  await t.test('as a table, with a page of curves beside it', async () => {
    const { code, stdout, stderr } = await unblock(asked, dir)
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^executor +servers +workers +times alone +cores +to, \/s +first$/m)
    assert.match(stdout, /^executor +p50 +p95 +p99/m)
    assert.match(stdout, /^For 1,000 requests\/s, 95 of 100 within 200 ms, it takes /m)
    const report = /^Report: (.*)$/m.exec(stdout)?.[1] ?? ''
    const page = readFileSync(join(dir, report), 'utf8')
    assert.match(page, /Latency against load/)
    assert.ok(existsSync(join(dir, report, '..', 'plan.json')))
    assert.ok(readdirSync(join(dir, report, '..', 'plots')).length >= 4)
  })

  await t.test('as JSON, the same each time', async () => {
    const answers = async () => {
      const { answers, profile } = read<Plan>(await unblock([...asked, '--json'], dir))
      return { answers, profile }
    }
    const first = await answers()
    assert.deepEqual(
      first.answers.map(({ executor }) => executor),
      ['queue', 'thread', 'event-loop'],
    )
    for (const { executor, fewest, predicted } of first.answers) {
      assert.ok(fewest !== null && predicted !== null, executor)
      assert.ok(predicted.p95.ms <= 200 && predicted.utilisation <= 1, executor)
      // A task of 4 ms or so, 1,000 times a second.
      assert.ok(fewest.cores >= 3 && fewest.cores <= 40, `${executor}: ${fewest.cores} cores`)
    }
    assert.ok(first.profile.alone.meanMs > 1 && first.profile.alone.meanMs < 20)
    assert.match(first.profile.assumed.join(), /the event loop was not measured/)
    assert.deepEqual(await answers(), first)
  })

  await t.test('predicted before it is measured', { timeout: 120_000 }, async () => {
    const options = ['--verify', '--rounds', '1', '--executor', 'thread', '--duration', '2s']
    const args = ['plan', '--from', 'latest', ...options]
    const { code, stdout, stderr } = await unblock(args, dir)
    assert.equal(code, 0, stderr)
    const foretold = stderr.indexOf('predicted p95, ms')
    assert.ok(foretold >= 0 && foretold < stderr.indexOf('verification 1 of 1, thread'))
    // On a machine that does other things, too, a trial of it may be void: marked, and left out.
    assert.match(stdout, /^(! )?thread, 1 server, 30% load +\d+/m)
    assert.match(stdout, /^(! )?thread, 2 servers, 85% load +\d+/m)
    assert.match(stdout, /^(Error of \d+ figures: median \d|Nothing could be compared)/m)
    const saved = readdirSync(join(dir, '.unblock/plans')).find((name) => /verif/.test(name))
    const file = readFileSync(join(dir, '.unblock/plans', saved!, 'verification.json'), 'utf8')
    const { settings, checkedBy } = JSON.parse(file) as Verification
    assert.equal(settings.length, 6)
    assert.equal(checkedBy.length, 2)
    for (const { p50, p95 } of settings) assert.ok(p50.predicted.ms <= p95.predicted.ms)
  })

  await t.test('but not what cannot be asked', async () => {
    for (const [args, message] of [
      [['--from', 'latest', '--p95', '1s'], /--rate is missing/],
      [['--from', 'latest', '--rate', '5'], /a target is missing: --p95 2s/],
      [['--from', 'nowhere', '--rate', '5', '--p95', '1s'], /"nowhere" is no run; the newest/],
      [
        ['--from', 'latest', '--rate', '5', '--p95', '1s', '--task', 'primes'],
        /--task must be left out with --from/,
      ],
      [['--rate', '5', '--p95', '1'], /--p95 1: must be a duration above 0 with its unit/],
    ] as const) {
      const { code, stderr } = await unblock(['plan', ...args], dir)
      assert.equal(code, 1)
      assert.match(stderr, message)
      assert.equal(stderr.trim().split('\n').length, 1, stderr)
    }
  })
})

test('plan that is interrupted while it measures says so, and leaves nothing behind that runs', async (t) => {
  const dir = temporaryFolder(t)
  const args = ['plan', '--rate', '10', '--p95', '1s', '--param', 'limit=100000']
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: dir,
    env: environment(dir),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  atEnd(t, () => child.kill('SIGKILL'))
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text))
  const runs = join(dir, '.unblock/runs')
  const stackLog = () => {
    if (!existsSync(runs)) return ''
    const run = readdirSync(runs).find((name) => name.includes('calibration'))
    const log = join(runs, run ?? '', 'stack.log')
    return run !== undefined && existsSync(log) ? readFileSync(log, 'utf8') : ''
  }
  await until('its stack is ready', () => stackLog().includes('ready in'), 60_000)
  child.kill('SIGINT')
  const [code] = await once(child, 'exit')
  assert.equal(code, 130)
  assert.match(said, /error: interrupted; what was measured by then is kept/)
  assert.match(stackLog(), /stopped/)
})

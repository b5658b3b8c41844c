import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { conditionsOf, scheduleOf } from './conditions.ts'
import { loadScenario } from './load.ts'
import { resolveScenario } from './resolve.ts'
import type { Scenario } from './schema.ts'

const folder = fileURLToPath(new URL('../../../experiments/', import.meta.url))
const files = await readdir(folder)

const resolved = async (file: string) =>
  resolveScenario(await loadScenario(path.join(folder, file), { cwd: folder }))

/** How long requests are due in all trials together. */
function loadMs(scenario: Scenario): number {
  const schedule = scheduleOf(scenario, conditionsOf(scenario, { scalable: true }))
  return schedule.length * (scenario.warmUpMs + scenario.durationMs)
}

test('there are the experiments that documents name', () => {
  assert.deepEqual(files.sort(), ['bursts.yaml', 'saturation.yaml', 'strategies.ts'])
})

for (const file of files)
  test(`experiments/${file} is right, says what it shows, and takes as long as it says`, async () => {
    const scenario = await resolved(file)
    assert.equal(scenario.name, path.parse(file).name)
    assert.match(scenario.description, /\w+ \w+/)
    const told = /About (\d) (and a half )?minutes/i.exec(
      await readFile(path.join(folder, file), 'utf8'),
    )
    assert.ok(told, 'does not say how long it takes')
    const minutes = Number(told[1]) + (told[2] === undefined ? 0 : 0.5)
    // Besides, a stack starts and is scaled, and last answers are waited for.
    const besides = minutes - loadMs(scenario) / 60_000
    assert.ok(besides > 0.1 && besides < 1, `${besides} min are left for that`)
  })

test('strategies is the default task under all executors with one server and three', async () => {
  const scenario = await resolved('strategies.ts')
  assert.equal(scenario.task, 'primes')
  const keys = conditionsOf(scenario, { scalable: true }).map(({ key }) => key)
  const executors = ['event-loop', 'thread', 'queue']
  assert.deepEqual(
    keys,
    ['1-server', '3-servers'].flatMap((servers) => executors.map((each) => `${each}-${servers}`)),
  )
})

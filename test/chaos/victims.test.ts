import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterDeath } from '../../src/launcher/back-off.ts'
import { seededRandom } from './random.ts'
import { type Candidate, chooseVictim, mayDie } from './victims.ts'

/** Kills for a minute as a clock would show it, with a supervisor that behaves like the launcher. */
function kills(workers: number, everyMs: number, seed: number) {
  const random = seededRandom(seed)
  const all: (Candidate & { downMs: number })[] = Array.from({ length: workers }, (_, index) => ({
    name: `worker-${index + 1}`,
    livedMs: 10_000,
    quickDeaths: 0,
    downMs: 0,
  }))
  const killed: string[] = []
  const stepMs = 50
  let dueInMs = everyMs
  for (let now = 0; now < 60_000; now += stepMs) {
    for (const each of all)
      if (each.downMs > 0) each.downMs -= stepMs
      else each.livedMs += stepMs
    dueInMs -= stepMs
    if (dueInMs > 0) continue
    const alive = all.filter(({ downMs }) => downMs <= 0)
    const victim = all.find(({ name }) => name === chooseVictim(alive, everyMs, random)?.name)
    if (victim === undefined) continue
    const verdict = afterDeath(victim.quickDeaths, victim.livedMs)
    assert.notEqual(verdict.delayMs, undefined, 'the launcher would have given up')
    Object.assign(victim, { ...verdict, livedMs: 0, downMs: verdict.delayMs! + 200 })
    killed.push(victim.name)
    dueInMs += everyMs
  }
  return killed
}

test('two workers can be killed every second, and none so often that it is given up', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const killed = kills(2, 1000, seed)
    assert.ok(killed.length >= 57, `${killed.length} kills with seed ${seed}`)
    assert.equal(new Set(killed).size, 2)
  }
})

test('where there is room, victims come in no order', () => {
  const killed = kills(4, 1000, 1)
  assert.ok(killed.length >= 57, `${killed.length} kills`)
  const changes = killed.filter((name, index) => name !== killed[index - 1]).length
  assert.ok(changes > 20, `only ${changes} changes of victim`)
})

test('one whose credit is used up is left in peace', () => {
  const worn = { name: 'worker-1', livedMs: 1000, quickDeaths: 4 }
  assert.equal(mayDie(worn), false)
  assert.equal(chooseVictim([worn], 1000, seededRandom(1)), undefined)
  assert.equal(mayDie({ ...worn, livedMs: 6000 }), true)
})

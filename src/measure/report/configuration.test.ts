import assert from 'node:assert/strict'
import { test } from 'node:test'
import { folder } from '../../../test/fixtures/folder.ts'
import { loadScenario } from '../scenario/load.ts'
import { resolveScenario } from '../scenario/resolve.ts'
import type { Scenario } from '../scenario/schema.ts'
import { configurationOf } from './configuration.ts'
import { saturation, strategies } from './report.fixture.ts'

const scenario = strategies().run.scenario

for (const [name, changes] of Object.entries({
  strategies: {},
  saturation: saturation().run.scenario,
  'awkward text': { description: 'it says: "#1" \n- & <b>', params: { text: 'yes', list: [[1]] } },
  'all kinds of rates': {
    rates: [
      { shape: 'constant', rate: 0.5 },
      { shape: 'ramp', from: 0, to: 10 },
      { shape: 'bursts', rate: 1, burst: 20, everyMs: 4000, lengthMs: 250 },
    ],
  },
  'rates of one executor': {
    ratesOf: { 'event-loop': [{ shape: 'constant', rate: 0.5 }] },
  },
  'no bystander, odd times': { bystander: false, durationMs: 1234, warmUpMs: 0, giveUpMs: 120_000 },
  versions: { versions: [{ name: 'a', params: { limit: 1 } }, { name: 'b' }] },
} satisfies Record<string, Partial<Scenario>>))
  test(`the configuration in the report asks for the same again: ${name}`, async (t) => {
    const original: Scenario = { ...scenario, ...changes, name: 'again' }
    const cwd = await folder(t, { 'again.yaml': configurationOf(original) })
    const again = resolveScenario(await loadScenario('./again.yaml', { cwd }), {})
    assert.deepEqual(again, original)
  })

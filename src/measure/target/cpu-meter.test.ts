import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCpuMeter } from './cpu-meter.ts'
import { fleetWith } from './fleet.fixture.ts'

test('cores in use are added up over time, as they are shown after they were used', () => {
  const meter = createCpuMeter()
  meter.see(0, fleetWith({ 'server-1': 1, 'worker-1': 0.5 })) // of a time before the trial
  meter.see(500, fleetWith({ 'server-1': 1, 'worker-1': 1 }))
  meter.see(1500, fleetWith({ 'server-1': 0.5, 'worker-1': 0 }))
  assert.deepEqual(meter.used(), {
    source: 'vitals',
    processS: 1.5,
    taskS: null,
    wastedS: null,
    tasks: null,
  })
})

test('a silence counts for no longer than vitals live', () => {
  const meter = createCpuMeter()
  meter.see(0, fleetWith({ 'server-1': 1 }))
  meter.see(60_000, fleetWith({ 'server-1': 1 }))
  assert.equal(meter.used()?.processS, 2.5)
})

test('of a fleet that was never seen nothing is said', () => {
  assert.equal(createCpuMeter().used(), null)
})

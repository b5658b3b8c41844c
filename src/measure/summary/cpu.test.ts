import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TrialCpu } from '../records/run.ts'
import { cpuOf } from './cpu.ts'

const metrics: TrialCpu = {
  source: 'metrics',
  processS: 12,
  taskS: 10,
  wastedS: 1,
  serverS: 0.5,
  tasks: 25,
}
const vitals: TrialCpu = {
  source: 'vitals',
  processS: 13,
  taskS: null,
  wastedS: null,
  tasks: null,
}

describe('CPU time of several trials', () => {
  it('is their sum, and per task that of tasks, by as many as were counted with it', () => {
    const both = [
      { cpu: metrics, completed: 20 },
      { cpu: metrics, completed: 30 },
    ]
    assert.deepEqual(cpuOf(both), {
      source: 'metrics',
      processS: 24,
      taskS: 20,
      wastedS: 2,
      serverS: 1,
      tasks: 50,
      perTaskS: 0.4,
    })
  })

  it('is of processes where one of them knows no more', () => {
    const both = [
      { cpu: metrics, completed: 20 },
      { cpu: vitals, completed: 30 },
    ]
    assert.deepEqual(cpuOf(both), {
      source: 'vitals',
      processS: 25,
      taskS: null,
      wastedS: null,
      serverS: null,
      tasks: null,
      perTaskS: 0.5,
    })
  })

  it('is that of the trials that tell, and nothing where none does', () => {
    const some = [
      { cpu: null, completed: 50 },
      { cpu: metrics, completed: 20 },
    ]
    assert.equal(cpuOf(some)?.perTaskS, 0.4)
    assert.equal(cpuOf([{ cpu: null, completed: 50 }]), null)
    assert.equal(cpuOf([]), null)
  })

  it('is not divided by nothing', () => {
    const none = { ...metrics, taskS: 0, tasks: 0 }
    assert.equal(cpuOf([{ cpu: none, completed: 0 }])?.perTaskS, null)
    assert.equal(cpuOf([{ cpu: none, completed: 20 }])?.perTaskS, 0.6)
    assert.equal(cpuOf([{ cpu: metrics, completed: 0 }])?.perTaskS, 0.4)
  })
})

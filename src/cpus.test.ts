import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'
import { usableCpus } from './cpus.ts'

const all = availableParallelism()

for (const [what, files, cpus] of [
  ['without a quota', {}, all],
  ['with no limit in cgroup v2', { 'cpu.max': 'max 100000' }, all],
  ['with one core in cgroup v2', { 'cpu.max': '100000 100000' }, 1],
  ['with half a core', { 'cpu.max': '50000 100000' }, 1],
  ['with a quota above what there is', { 'cpu.max': '99900000 100000' }, all],
  [
    'with no limit in cgroup v1',
    { 'cpu/cpu.cfs_quota_us': '-1', 'cpu/cpu.cfs_period_us': '100000' },
    all,
  ],
  [
    'with one core in cgroup v1',
    { 'cpu/cpu.cfs_quota_us': '100000', 'cpu/cpu.cfs_period_us': '100000' },
    1,
  ],
] as [string, Record<string, string>, number][])
  test(`${what} it may use ${cpus} CPUs`, () =>
    assert.equal(
      usableCpus((file) => files[file]),
      cpus,
    ))

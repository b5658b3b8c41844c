import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Job } from '../../src/api/job.ts'
import { isWhole, Ledger, type Look } from './ledger.ts'

const look = (state: Job['state'], more: Partial<Look['job']> = {}, askedAt = 10): Look => ({
  job: { id: 'j1', state, ...more },
  askedAt,
  by: 'poll',
})

/** A book with one job, whose answer is 4. */
function promised(): Ledger {
  const ledger = new Ledger()
  ledger.accept('j1', { what: 'primes below 10', result: { primes: 4 } })
  return ledger
}

const kinds = (ledger: Ledger) => ledger.faults.map(({ kind }) => kind)

test('a job that ends as it should is whole, however often it is looked at', () => {
  const ledger = promised()
  ledger.see(look('waiting'))
  assert.equal(isWhole(ledger.totals()), false)
  for (let times = 0; times < 3; times++)
    ledger.see(look('completed', { result: { primes: 4 }, attempts: 3 }))
  assert.equal(isWhole(ledger.totals()), true)
  assert.equal(ledger.totals().completed, 1)
  assert.equal(ledger.totals().repeatedRuns, 2)
})

test('a job that the service forgets is lost, once', () => {
  const ledger = promised()
  ledger.missing('j1', 'poll')
  ledger.missing('j1', 'cancel')
  ledger.giveUp()
  assert.deepEqual(kinds(ledger), ['lost'])
  assert.equal(isWhole(ledger.totals()), false)
})

test('a job that is forgotten after its end was seen is lost too', () => {
  const ledger = promised()
  ledger.see(look('completed', { result: { primes: 4 } }))
  ledger.missing('j1', 'poll')
  assert.equal(ledger.totals().faults.lost, 1)
  assert.equal(isWhole(ledger.totals()), false)
})

test('a job that does not end is stuck', () => {
  const ledger = promised()
  ledger.see(look('active'))
  assert.deepEqual(ledger.open(), ['j1'])
  ledger.giveUp()
  assert.deepEqual(kinds(ledger), ['stuck'])
})

test('a second end, and running again after the end, are two states', () => {
  for (const second of ['failed', 'cancelled', 'active', 'waiting'] as const) {
    const ledger = promised()
    ledger.see(look('completed', { result: { primes: 4 } }), 20)
    ledger.see(look(second, {}, 30))
    assert.deepEqual(kinds(ledger), ['two states'], second)
  }
})

test('an answer on its way since before the end was seen may be older than the end', () => {
  const ledger = promised()
  ledger.see(look('completed', { result: { primes: 4 } }), 20)
  ledger.see(look('active', {}, 15))
  assert.deepEqual(kinds(ledger), [])
  ledger.see(look('failed', {}, 15))
  assert.deepEqual(kinds(ledger), ['two states'])
})

test('a completed job whose result changes has two states', () => {
  const ledger = new Ledger()
  ledger.accept('j1', { what: 'anything' })
  ledger.see(look('completed', { result: 1 }))
  ledger.see(look('completed', { result: 2 }))
  assert.deepEqual(kinds(ledger), ['two states'])
})

test('a wrong result and a missing one are wrong', () => {
  for (const job of [{ result: { primes: 5 } }, {}]) {
    const ledger = promised()
    ledger.see(look('completed', job))
    assert.deepEqual(kinds(ledger), ['wrong result'])
  }
})

test('a job may end as cancelled only where somebody asked for it', () => {
  const asked = promised()
  asked.cancelAsked('j1')
  asked.see(look('cancelled'))
  assert.equal(isWhole(asked.totals()), true)
  const unasked = promised()
  unasked.see(look('cancelled'))
  assert.deepEqual(kinds(unasked), ['two states'])
})

test('failed jobs are counted by reason', () => {
  const ledger = promised()
  ledger.see(look('failed', { error: { reason: 'worker died', detail: 'too often' } }))
  assert.deepEqual(ledger.totals().failed, { 'worker died': 1 })
  assert.equal(isWhole(ledger.totals()), true)
})

test('one idempotency key is one job', () => {
  const ledger = new Ledger()
  ledger.accept('j1', { what: 'a', key: 'k' })
  ledger.accept('j1', { what: 'a', key: 'k' })
  assert.deepEqual(kinds(ledger), [])
  ledger.accept('j2', { what: 'a', key: 'k' })
  assert.deepEqual(kinds(ledger), ['two jobs for a key'])
})

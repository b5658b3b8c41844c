import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stylesOf } from './palette.ts'

const conditions = (executors: readonly ('event-loop' | 'thread' | 'queue')[], each: number) =>
  executors.flatMap((executor) =>
    Array.from({ length: each }, (_, index) => ({ key: `${executor}-${index}`, executor })),
  )

test('24 conditions of three executors look different without colour', () => {
  const styles = [...stylesOf(conditions(['event-loop', 'thread', 'queue'], 8)).values()]
  assert.equal(new Set(styles.map(({ dash, marker }) => `${dash} ${marker}`)).size, 24)
  assert.equal(new Set(styles.map(({ colour }) => colour)).size, 3)
})

test('24 conditions of one executor look different', () => {
  const styles = [...stylesOf(conditions(['queue'], 24)).values()]
  assert.equal(new Set(styles.map((style) => JSON.stringify(style))).size, 24)
})

test('where each executor has one condition, their dashes differ, too', () => {
  const styles = [...stylesOf(conditions(['event-loop', 'thread', 'queue'], 1)).values()]
  assert.equal(new Set(styles.map(({ dash }) => dash)).size, 3)
})

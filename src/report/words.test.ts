import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, cell, day, figure, fileDuration } from './words.ts'

const table: [name: string, said: string, text: string][] = [
  ['figure', figure(null), '—'],
  ['figure', figure(Number.NaN), '—'],
  ['figure', figure(0), '0'],
  ['figure', figure(0.5), '0.5'],
  ['figure', figure(583.7), '584'],
  ['figure', figure(12_437), '12,400'],
  ['cell', cell(undefined), '—'],
  ['cell', cell(3), '3'],
  ['cell', cell(1.4), '1.40'],
  ['cell', cell(0.07), '0.070'],
  ['cell', cell(99.96), '100'],
  ['cell', cell(1574.2), '1,570'],
  ['file duration', fileDuration(20_000), '20s'],
  ['file duration', fileDuration(1500), '1.5s'],
  ['file duration', fileDuration(120_000), '2m'],
  ['file duration', fileDuration(1234), '1234ms'],
  ['day', day('2026-11-06T16:40:05.123Z'), '6 November 2026, 16:40 UTC'],
  ['day', day('never'), 'never'],
  ['bytes', bytes(8 * 2 ** 30), '8 GiB'],
  ['bytes', bytes(512 * 2 ** 20), '512 MiB'],
]
for (const [name, said, text] of table) test(`${name}: ${text}`, () => assert.equal(said, text))

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseEncoding } from './encoding.ts'

const table: [accepted: string | undefined, chosen: string][] = [
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, deflate', 'gzip'],
  ['BR;q=0.1, gzip;q=1.0', 'br'],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0, *', 'gzip'],
  ['*', 'br'],
  ['*;q=0', 'identity'],
  ['deflate', 'identity'],
  ['gzip;q=nonsense', 'identity'],
]

for (const [accepted, chosen] of table)
  test(`Accept-Encoding "${accepted ?? '(none)'}" gets ${chosen}`, () => {
    assert.equal(chooseEncoding(accepted), chosen)
  })

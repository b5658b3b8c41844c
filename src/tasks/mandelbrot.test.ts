import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode } from 'fast-png'
import mandelbrot, { iterate } from './mandelbrot.ts'

const defaults = { width: 96, height: 64, iterations: 100, centreX: -0.65, centreY: 0, zoom: 1 }

async function run(params: Partial<typeof defaults> = {}) {
  const fractions: number[] = []
  const result = (await mandelbrot.run(
    { ...defaults, ...params },
    {
      progress: (fraction) => fractions.push(fraction),
      signal: new AbortController().signal,
    },
  )) as { width: number; height: number; iterations: number; image: string }
  const [type, base64] = result.image.split(',') as [string, string]
  return { result, fractions, type, png: decode(Buffer.from(base64, 'base64')) }
}

const steps = (re: number, im: number, iterations: number) => iterate(re, im, iterations)?.steps

test('points of the set never leave', () => {
  for (const [re, im] of [
    [0, 0],
    [-1, 0],
    [-2, 0],
    [0, 1],
    [0.25, 0],
    [-0.75, 0],
    [-0.122561, 0.744862],
  ] as const)
    assert.equal(steps(re, im, 10_000), undefined, `${re}+${im}i`)
})

test('points outside leave after the steps that paper and pencil give', () => {
  assert.equal(steps(3, 0, 100), 1) // 3
  assert.equal(steps(1, 0, 100), 3) // 1, 2, 5
  assert.equal(steps(0, 2, 100), 2) // 2i, -4+2i
  assert.equal(steps(1, 1, 100), 2) // 1+i, 1+3i
  assert.equal(steps(0.5, 0, 100), 5) // 0.5, 0.75, 1.06, 1.63, 3.15
})

test('steps near -3/4 and 1/4 spell the digits of pi (Boll 1991)', () => {
  assert.equal(steps(-0.75, 0.1, 100_000), 33)
  assert.equal(steps(-0.75, 0.01, 100_000), 315)
  assert.equal(steps(-0.75, 0.001, 100_000), 3143)
  assert.equal(steps(0.25 + 1e-2, 0, 100_000), 30)
  assert.equal(steps(0.25 + 1e-4, 0, 100_000), 312)
  assert.equal(steps(0.25 + 1e-6, 0, 100_000), 3140)
})

test('the area of the picture inside the set is 1.5066, within 0.015', async () => {
  const { png } = await run({ width: 600, height: 480, iterations: 1000 })
  const pixel = Math.max(3 / 600, 2.4 / 480)
  const inside = png.data.filter((colour) => colour === 0).length
  const area = inside * pixel ** 2
  assert.ok(Math.abs(area - 1.50659) < 0.015, `${area}`)
})

test('the picture is a PNG of the size asked for', async () => {
  const { result, type, png } = await run({ width: 90, height: 33 })
  assert.equal(type, 'data:image/png;base64')
  assert.deepEqual([png.width, png.height], [90, 33])
  const { image: _, ...rest } = result
  assert.deepEqual(rest, { width: 90, height: 33, iterations: 100 })
})

test('the picture is the same above and below the real axis', async () => {
  const { png } = await run()
  const rows = Array.from({ length: 64 }, (_, y) => png.data.slice(y * 96, (y + 1) * 96))
  assert.deepEqual(rows, rows.toReversed())
})

test('zoom and centre choose what is seen', async () => {
  const { png } = await run({ centreX: -1, centreY: 0, zoom: 20 })
  assert.ok(png.data.every((colour) => colour === 0))
  const outside = await run({ centreX: 1, centreY: 1, zoom: 20 })
  assert.ok(outside.png.data.every((colour) => colour > 0))
})

test('progress goes row by row', async () => {
  const { fractions } = await run()
  assert.deepEqual(
    fractions,
    Array.from({ length: 64 }, (_, y) => (y + 1) / 64),
  )
})

import { defineTask } from './define.ts'

/**
 * A picture of the Mandelbrot set. The largest one takes well under a minute and less than 1.5 MB as a
 * data URL, whatever it shows: one byte a pixel.
 */
export default defineTask({
  name: 'mandelbrot',
  summary: 'Paints the Mandelbrot set as a PNG picture',
  params: {
    type: 'object',
    properties: {
      width: side(960),
      height: side(640),
      iterations: {
        type: 'integer',
        minimum: 1,
        maximum: 5000,
        default: 3000,
        description: 'after how many a point counts as inside the set',
      },
      centreX: coordinate(-0.65, 'the point in the middle, real part'),
      centreY: coordinate(0, 'the point in the middle, imaginary part'),
      zoom: {
        type: 'number',
        minimum: 0.1,
        maximum: 1e12,
        default: 1,
        description: '1 shows the whole set',
      },
    },
    required: ['width', 'height', 'iterations', 'centreX', 'centreY', 'zoom'],
  },
  timeoutMs: 60_000,
  cost: estimate,
  async run({ width, height, iterations, centreX, centreY, zoom }, { progress }) {
    // Loaded here, so that only threads that paint pay for it.
    const { encode } = await import('fast-png')
    const pixel = Math.max(3 / width, 2.4 / height) / zoom
    const data = new Uint8Array(width * height)
    for (let y = 0; y < height; y++) {
      const im = centreY - (y + 0.5 - height / 2) * pixel
      for (let x = 0; x < width; x++) {
        const re = centreX + (x + 0.5 - width / 2) * pixel
        data[y * width + x] = colour(iterate(re, im, iterations))
      }
      progress((y + 1) / height)
    }
    const png = encode({ width, height, data, channels: 1, palette })
    const image = `data:image/png;base64,${Buffer.from(png).toString('base64')}`
    return { width, height, iterations, image }
  },
})

// Measured on an AMD EPYC.
const nsPerStep = 3.4
const nsPerPixel = 120

/**
 * What a picture costs depends on what it shows: 64 of its points are looked at. One that is still near
 * after 128 steps counts as inside, so that a look takes microseconds: near the set's edge that is more
 * than it will be.
 */
function estimate({ width, height, iterations, centreX, centreY, zoom }: Picture): number {
  const grid = 8
  const span = Math.max(3, (2.4 * width) / height) / zoom
  const rise = Math.max((3 * height) / width, 2.4) / zoom
  let steps = 0
  for (let i = 0; i < grid * grid; i++) {
    const re = centreX + (((i % grid) + 0.5) / grid - 0.5) * span
    const im = centreY - ((Math.floor(i / grid) + 0.5) / grid - 0.5) * rise
    steps += iterate(re, im, Math.min(iterations, 128))?.steps ?? iterations
  }
  const stepsPerPixel = steps / grid ** 2
  return width * height * (nsPerPixel + stepsPerPixel * nsPerStep) * 1e-6
}

interface Picture {
  width: number
  height: number
  iterations: number
  centreX: number
  centreY: number
  zoom: number
}

function side(fallback: number) {
  return {
    type: 'integer',
    minimum: 16,
    maximum: 1024,
    default: fallback,
    description: 'pixels',
  } as const
}

function coordinate(fallback: number, description: string) {
  return { type: 'number', minimum: -2, maximum: 2, default: fallback, description } as const
}

/** How a point left the neighbourhood of 0. */
interface Escape {
  /** Steps of z → z² + c, starting at 0, until |z| > 2; from there it never comes back. */
  steps: number
  /** About the same, but continuous from point to point: colours by it show no bands. */
  smooth: number
}

/** @returns undefined for a point that is still near after `iterations` steps: it counts as inside. */
export function iterate(re: number, im: number, iterations: number): Escape | undefined {
  let x = 0
  let y = 0
  for (let steps = 1; steps <= iterations; steps++) {
    const next = x * x - y * y + re
    y = 2 * x * y + im
    x = next
    if (x * x + y * y > 4) return { steps, smooth: smoothSteps(steps, x, y, re, im) }
  }
  return undefined
}

/** Far out each step squares |z|, so log2 log |z| grows by one a step; four more steps lead far out. */
function smoothSteps(steps: number, x: number, y: number, re: number, im: number): number {
  for (let more = 0; more < 4; more++) [x, y] = [x * x - y * y + re, 2 * x * y + im]
  return Math.max(0, steps + 5 - Math.log2(Math.log2(Math.hypot(x, y))))
}

const inside = 0
const shades = 255

/** The root spreads the colours: wide near the set's edge, where steps are many, and few far out. */
function colour(escaped: Escape | undefined): number {
  if (escaped === undefined) return inside
  return 1 + (Math.floor(Math.sqrt(escaped.smooth) * 42) % shades)
}

/** Colour 0 is the inside; the others run in a circle through these five. */
const palette = makePalette([
  [14, 20, 51],
  [27, 104, 143],
  [243, 244, 225],
  [243, 163, 58],
  [117, 29, 66],
])

function makePalette(stops: number[][]): number[][] {
  const colours = [[9, 10, 18]]
  for (let shade = 0; shade < shades; shade++) {
    const place = (shade / shades) * stops.length
    const from = stops[Math.floor(place)]!
    const to = stops[(Math.floor(place) + 1) % stops.length]!
    const share = place % 1
    colours.push(from.map((value, channel) => Math.round(value + (to[channel]! - value) * share)))
  }
  return colours
}

import { type Markup, markup, short } from '../markup.ts'
import type { Marker } from './palette.ts'

export interface Point {
  x: number
  y: number
}

/** What is drawn: one `path` for a whole series, which keeps files of thousands of points small. */

/** A line through points. */
export function linePath(points: readonly Point[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${pair(x, y)}`).join('')
}

/** A line that keeps each value until the next. */
export function stepPath(points: readonly Point[]): string {
  return points
    .map(({ x, y }, index) => (index === 0 ? `M${pair(x, y)}` : `H${short(x)}V${short(y)}`))
    .join('')
}

/** Dots; their size is the line's width, and its ends are round. */
export function dotsPath(points: readonly Point[]): string {
  return points.map(({ x, y }) => `M${pair(x, y)}h0`).join('')
}

export function boxPath(x: number, y: number, width: number, height: number): string {
  return `M${pair(x, y)}h${short(width)}v${short(height)}h${short(-width)}z`
}

/** A mark of some 2 × `size` pixels around each point. */
export function markerPath(points: readonly Point[], marker: Marker, size = 3.5): string {
  return points.map(({ x, y }) => outline(marker, x, y, size)).join('')
}

function outline(marker: Marker, x: number, y: number, size: number): string {
  const s = short
  switch (marker) {
    case 'circle':
      return `M${pair(x - size, y)}a${s(size)} ${s(size)} 0 1 0 ${s(2 * size)} 0a${s(size)} ${s(size)} 0 1 0 ${s(-2 * size)} 0z`
    case 'square':
      return boxPath(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8)
    case 'triangle':
      return `M${pair(x, y - size * 1.2)}l${s(size * 1.15)} ${s(size * 2)}h${s(-size * 2.3)}z`
    case 'triangle-down':
      return `M${pair(x, y + size * 1.2)}l${s(size * 1.15)} ${s(-size * 2)}h${s(-size * 2.3)}z`
    case 'diamond':
      return `M${pair(x, y - size * 1.3)}l${s(size * 1.3)} ${s(size * 1.3)}l${s(-size * 1.3)} ${s(size * 1.3)}l${s(-size * 1.3)} ${s(-size * 1.3)}z`
    case 'plus': {
      const arm = size * 0.45
      const reach = size * 1.2 - arm
      return `M${pair(x - arm, y - arm - reach)}h${s(2 * arm)}v${s(reach)}h${s(reach)}v${s(2 * arm)}h${s(-reach)}v${s(reach)}h${s(-2 * arm)}v${s(-reach)}h${s(-reach)}v${s(-2 * arm)}h${s(reach)}z`
    }
  }
}

/** Saltires: what failed. */
export function crossesPath(points: readonly Point[], size = 3): string {
  const d = short(2 * size)
  return points
    .map(({ x, y }) => `M${pair(x - size, y - size)}l${d} ${d}m0 -${d}l-${d} ${d}`)
    .join('')
}

/** A path with a class; null where there is nothing to draw. */
export function path(className: string, d: string, dash = ''): Markup | null {
  if (d === '') return null
  if (dash === '') return markup`<path class="${className}" d="${d}"/>`
  return markup`<path class="${className}" stroke-dasharray="${dash}" d="${d}"/>`
}

const pair = (x: number, y: number) => `${short(x)} ${short(y)}`

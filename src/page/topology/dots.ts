import type { Wire } from './wires.ts'
import { pointOn } from './wires.ts'

/** A request on its way: `start` is when it leaves, in milliseconds. */
interface Dot {
  wire: string
  start: number
  colour: string
}

const travelMs = 450
/** More dots than these on their way at once tell nobody more. */
const mostDots = 60

/** Dots that travel along wires, on a canvas over the picture. Draws only while there are some. */
export class Dots {
  #dots: Dot[] = []
  #frame: number | undefined
  readonly #canvas: HTMLCanvasElement
  readonly #wires: () => ReadonlyMap<string, Wire>

  constructor(canvas: HTMLCanvasElement, wires: () => ReadonlyMap<string, Wire>) {
    this.#canvas = canvas
    this.#wires = wires
  }

  /** Sends dots along a wire, spread over the next `spreadMs`. */
  send(
    wire: string,
    { count, spreadMs, colour }: { count: number; spreadMs: number; colour: string },
  ) {
    if (document.hidden || matchMedia('(prefers-reduced-motion: reduce)').matches) return
    const now = performance.now()
    const room = Math.min(count, mostDots - this.#dots.length)
    for (let i = 0; i < room; i++)
      this.#dots.push({ wire, colour, start: now + (spreadMs * i) / room })
    this.#frame ??= requestAnimationFrame(this.#draw)
  }

  stop(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    this.#frame = undefined
    this.#dots = []
  }

  readonly #draw = (now: number): void => {
    this.#drawAt(now)
    this.#frame = this.#dots.length > 0 ? requestAnimationFrame(this.#draw) : undefined
  }

  #drawAt(now: number): void {
    this.#dots = this.#dots.filter(({ start }) => now - start < travelMs)
    const context = this.#canvas.getContext('2d')
    if (context === null) return
    const { width, height } = this.#canvas
    const scale = width / Math.max(1, this.#canvas.clientWidth)
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, width, height)
    context.setTransform(scale, 0, 0, scale, 0, 0)
    const wires = this.#wires()
    for (const { wire, start, colour } of this.#dots) {
      const along = wires.get(wire)
      if (along === undefined || now < start) continue
      const [x, y] = pointOn(along, (now - start) / travelMs)
      context.fillStyle = colour
      context.beginPath()
      context.arc(x, y, 3.5, 0, 2 * Math.PI)
      context.fill()
    }
  }
}

import { fitGrowth, type Growth, type Point, predict, sameTime } from './growth.ts'

/** One run that was tried, well ended. */
export interface Sample {
  params: Record<string, unknown>
  /** The time that growth is told by. */
  ms: number
  cpuMs: number
}

/** What was seen of one parameter. */
export interface Probed {
  name: string
  points: Point[]
  growth: Growth
  /** Values at which a run was ended since it took too long, and after how many milliseconds. */
  beyond: { x: number; moreThanMs: number }[]
  /** The first value at which a run threw, and what. */
  threw: { x: number; message: string } | null
  minimum: number | undefined
  maximum: number | undefined
  /** The time to expect at its maximum, the others as asked for; null where none can be told. */
  atMaximumMs: number | null
  /** That time was not measured. */
  extrapolated: boolean
}

export interface Probing {
  params: Probed[]
  /** Numbers for which there was no time. */
  notTried: string[]
  /** Parameters that were made smaller, so that the others could be tried in time. */
  shortened: Record<string, unknown>
  samples: Sample[]
}

export type Measured =
  | { ok: true; ms: number; cpuMs: number }
  | { ok: false; reason: string; message: string }

export interface ProbeOptions {
  schema: { properties: Record<string, object> }
  params: Record<string, unknown>
  /** Of a run with `params`. */
  base: { ms: number; cpuMs: number }
  /** Runs once, for so many milliseconds at most. */
  measure(params: Record<string, unknown>, timeoutMs: number): Promise<Measured>
  fits(params: Record<string, unknown>): boolean
  /** For all runs together, in milliseconds. */
  budgetMs: number
}

interface NumberSchema {
  type?: unknown
  enum?: unknown
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  multipleOf?: number
}

/** Runs are as long as this part of the budget at most, where the defaults are not longer. */
const longRunPart = 0.06
const step = 4
/** Beyond the last point, a law is carried on as far as this, and further where nothing speaks against it. */
const farFactor = 16
const mostPoints = 8

/**
 * Runs a task with one number changed after the other: upwards and downwards by a factor of four, between
 * them where the time jumps. Numbers that are likely to be sizes come first (whole and large); once one is
 * found that makes the runs short, the others are tried with that.
 */
export async function probeGrowth(options: ProbeOptions): Promise<Probing> {
  const { schema, budgetMs } = options
  const until = performance.now() + budgetMs
  const all: Probing = { params: [], notTried: [], shortened: {}, samples: [] }
  let { params, base } = options
  all.samples.push({ params, ...base })
  for (const name of numbersBySize(schema, params)) {
    if (performance.now() + base.ms > until) {
      all.notTried.push(name)
      continue
    }
    const probed = await probeOne(name, { ...options, params, base }, until, all.samples)
    // The others are smaller than asked for now: their part is taken for a factor.
    const scale = options.base.ms / base.ms
    if (scale !== 1 && probed.atMaximumMs !== null && probed.growth.kind !== 'none') {
      probed.atMaximumMs *= scale
      probed.extrapolated = true
    }
    all.params.push(probed)
    const shorter = shortenedBy(probed, base.ms)
    if (shorter === undefined) continue
    params = { ...params, [name]: shorter.x }
    base = { ms: shorter.ms, cpuMs: shorter.ms }
    all.shortened[name] = shorter.x
  }
  return all
}

function numbersBySize(schema: ProbeOptions['schema'], params: Record<string, unknown>): string[] {
  const isWhole = (name: string) => (schema.properties[name] as NumberSchema).type === 'integer'
  const size = (name: string) => Math.abs(params[name] as number)
  return Object.entries(schema.properties as Record<string, NumberSchema>)
    .filter(([name, property]) => typeof params[name] === 'number' && property.enum === undefined)
    .map(([name]) => name)
    .sort((a, b) => Number(isWhole(b)) - Number(isWhole(a)) || size(b) - size(a))
}

async function probeOne(
  name: string,
  { schema, params, base, measure, fits, budgetMs }: ProbeOptions,
  until: number,
  samples: Sample[],
): Promise<Probed> {
  const longRunMs = budgetMs * longRunPart
  const property = schema.properties[name] as NumberSchema
  const grid = property.multipleOf ?? (property.type === 'integer' ? 1 : undefined)
  const low = property.minimum ?? property.exclusiveMinimum
  const high = property.maximum ?? property.exclusiveMaximum
  const start = params[name] as number
  const points: Point[] = [{ x: start, ms: base.ms }]
  const tried = new Set([start])
  const beyond: Probed['beyond'] = []
  let threw: Probed['threw'] = null
  const isBeyond = (high: number) => beyond.some(({ x }) => x === within(high))
  const isSame = (ms: number) => ms < base.ms * sameTime && ms > base.ms / sameTime

  const within = (x: number) => {
    const clamped = Math.min(high ?? Infinity, Math.max(low ?? -Infinity, x))
    return grid === undefined ? Number(clamped.toPrecision(3)) : Math.round(clamped / grid) * grid
  }
  /** The time at about `wanted`; undefined where it is not known afterwards. */
  async function timeAt(wanted: number): Promise<number | undefined> {
    const x = within(wanted)
    const changed = { ...params, [name]: x }
    const leftMs = until - performance.now()
    if (tried.has(x) || tried.size >= mostPoints || leftMs < 50 || !fits(changed)) return undefined
    tried.add(x)
    const timeoutMs = Math.ceil(Math.min(leftMs, 2 * longRunMs + 2 * base.ms))
    const found = await measure(changed, timeoutMs)
    if (found.ok) {
      points.push({ x, ms: found.ms })
      samples.push({ params: changed, ms: found.ms, cpuMs: found.cpuMs })
      return found.ms
    }
    if (found.reason === 'deadline') beyond.push({ x, moreThanMs: timeoutMs })
    else threw ??= { x, message: found.message }
    return undefined
  }

  if (start > 0) {
    await down()
    await up()
    await between()
  } else for (const end of [low, high]) if (end !== undefined) await timeAt(end)

  /** To where the time no longer says much; to the end at once where one step has changed nothing. */
  async function down(): Promise<void> {
    const least = Math.max(low ?? 0, grid ?? start / 256)
    for (let x = start / step, first = true; x >= least / 1.01; x /= step, first = false) {
      const ms = await timeAt(x)
      if (ms === undefined || ms < 1) return
      if (first && isSame(ms)) return void (await timeAt(least))
    }
  }

  /** As long as the runs are short; to the end at once where one step has changed nothing. */
  async function up(): Promise<void> {
    const most = high ?? start * 256
    for (let last = start, first = true; last < most; first = false) {
      const fitted = fitGrowth(points)
      const expectedMs = (x: number) => predict(fitted, points, x) ?? 0
      const next = [step, 2, 1.4]
        .map((factor) => Math.min(last * factor, most))
        .find((x) => !tried.has(within(x)) && expectedMs(x) <= longRunMs)
      // Nobody knows whether the law holds as far as that.
      if (next === undefined) return void (most > farFactor * last && (await timeAt(most)))
      const ms = await timeAt(next)
      if (ms === undefined) return
      if (first && isSame(ms) && fitted.kind === 'none') return void (await timeAt(most))
      last = next
    }
  }

  /** Where the time jumps so that two neighbours say little of what is between. */
  async function between(): Promise<void> {
    for (let round = 0; round < 4; round++) {
      const all = [...points, ...beyond.map(({ x, moreThanMs }) => ({ x, ms: moreThanMs }))].sort(
        (a, b) => a.x - b.x,
      )
      const gaps = all.slice(1).map((point, i) => ({ from: all[i]!, to: point }))
      const jump = ({ from, to }: (typeof gaps)[number]) =>
        Math.abs(Math.log(Math.max(to.ms, 0.5) / Math.max(from.ms, 0.5)))
      const widest = gaps.toSorted((a, b) => jump(b) - jump(a))[0]
      if (widest === undefined || jump(widest) < Math.log(20)) return
      await timeAt(Math.sqrt(widest.from.x * widest.to.x))
    }
  }

  await again()

  /** A small difference may be what else the machine did: it must show twice. */
  async function again(): Promise<void> {
    const [shortest, ...others] = points.toSorted((a, b) => a.ms - b.ms)
    const longest = others.at(-1)
    if (longest === undefined || shortest === undefined) return
    if (longest.ms > 4 * shortest.ms || fitGrowth(points).kind === 'none') return
    for (const point of others.filter(({ ms }) => ms > shortest.ms * sameTime)) {
      if (performance.now() + 2 * point.ms > until) return
      const found = await measure({ ...params, [name]: point.x }, 3 * longRunMs + 2 * base.ms)
      if (found.ok) point.ms = Math.min(point.ms, found.ms)
    }
  }

  points.sort((a, b) => a.x - b.x)
  const growth = fitGrowth(points)
  const measured = points.find(({ x }) => x === high)
  const known = high !== undefined && (high <= farFactor * points.at(-1)!.x || isBeyond(high))
  const top = known ? (measured?.ms ?? predict(growth, points, high) ?? null) : null
  return {
    name,
    points,
    growth,
    beyond,
    threw,
    minimum: low,
    maximum: high,
    atMaximumMs: top,
    extrapolated: top !== null && measured === undefined,
  }
}

/** The point that makes short runs out of long ones, but not so short that little of the work is left. */
function shortenedBy({ points }: Probed, baseMs: number): Point | undefined {
  if (baseMs < 300) return undefined
  const least = Math.max(60, 3 * Math.min(...points.map(({ ms }) => ms)))
  return points.filter(({ ms }) => ms >= least && ms < baseMs / 2).sort((a, b) => a.ms - b.ms)[0]
}

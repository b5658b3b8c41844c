/**
 * Imported before all else in a process and its threads, gives them another clock: `Date` and `Temporal`
 * of now. Its address says which: `?ahead=MS` later than it is, `?at=MS` one that stands still.
 */

const { searchParams } = new URL(import.meta.url)
const at = searchParams.get('at')
const ahead = Number(searchParams.get('ahead'))

const TrueDate = Date
const trueNow = Date.now
const now = at === null ? () => trueNow() + ahead : () => Number(at)
Date.now = now

globalThis.Date = new Proxy(TrueDate, {
  apply: () => new TrueDate(now()).toString(),
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
})
TrueDate.prototype.constructor = Date

if (typeof Temporal === 'object') {
  const instant = () => Temporal.Instant.fromEpochMilliseconds(now())
  const zoned = (zone = Temporal.Now.timeZoneId()) => instant().toZonedDateTimeISO(zone)
  Object.assign(Temporal.Now, {
    instant,
    zonedDateTimeISO: zoned,
    plainDateTimeISO: (zone?: string) => zoned(zone).toPlainDateTime(),
    plainDateISO: (zone?: string) => zoned(zone).toPlainDate(),
    plainTimeISO: (zone?: string) => zoned(zone).toPlainTime(),
  })
}

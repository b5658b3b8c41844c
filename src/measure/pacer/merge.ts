/** Several streams of due times as one, in the order in which they are due; at the same time, as they are given. */
export function* merge<T extends { due: Iterator<number> }>(
  streams: readonly T[],
): Generator<{ due: number; stream: T }, void, undefined> {
  const heads = streams.map((stream) => ({ stream, next: stream.due.next() }))
  for (;;) {
    let first: { stream: T; next: IteratorYieldResult<number> } | undefined
    for (const { stream, next } of heads)
      if (!next.done && (first === undefined || next.value < first.next.value))
        first = { stream, next }
    if (first === undefined) return
    const { stream, next } = first
    yield { due: next.value, stream }
    heads.find((head) => head.stream === stream)!.next = stream.due.next()
  }
}

/**
 * Binary min-heaps of ids (whole numbers from 0) by key, all in one array: from any heap the least can be read, and any
 * id taken out or given another key, in logarithmic time (J. W. J. Williams, Algorithm 232: Heapsort,
 * Communications of the ACM 7, 1964; with positions by id, as in R. Sedgewick's index priority queues). An
 * id is in one heap at most. Ids may be any number; how many a heap can hold is fixed.
 */
export class Heaps {
  readonly #capacity: number
  /** By place: heap × capacity + place in the heap. */
  readonly #keys: Float64Array
  readonly #ids: Int32Array
  readonly #sizes: Int32Array
  /** By id: its place, from the start of its heap. */
  #places = new Int32Array(64)

  constructor(heaps: number, capacity: number) {
    this.#capacity = capacity
    this.#keys = new Float64Array(heaps * capacity)
    this.#ids = new Int32Array(heaps * capacity)
    this.#sizes = new Int32Array(heaps)
  }

  sizeOf(heap: number): number {
    return this.#sizes[heap]!
  }

  /** The id with the least key, of a heap that is not empty. */
  leastOf(heap: number): number {
    return this.#ids[heap * this.#capacity]!
  }

  /** Its key. */
  leastKeyOf(heap: number): number {
    return this.#keys[heap * this.#capacity]!
  }

  /** All ids in a heap, in no order. */
  idsOf(heap: number): number[] {
    const start = heap * this.#capacity
    return [...this.#ids.subarray(start, start + this.#sizes[heap]!)]
  }

  push(heap: number, id: number, key: number): void {
    if (id >= this.#places.length) this.#makeRoom(id)
    this.#rise(heap * this.#capacity, this.#sizes[heap]!++, id, key)
  }

  remove(heap: number, id: number): void {
    const start = heap * this.#capacity
    const size = --this.#sizes[heap]!
    const place = this.#places[id]!
    if (place === size) return
    this.#put(start, size, place, this.#ids[start + size]!, this.#keys[start + size]!)
  }

  /** Gives an id that is in this heap another key. */
  update(heap: number, id: number, key: number): void {
    this.#put(heap * this.#capacity, this.#sizes[heap]!, this.#places[id]!, id, key)
  }

  /** Puts an id where another was, or up or down from there. */
  #put(start: number, size: number, place: number, id: number, key: number): void {
    if (place > 0 && key < this.#keys[start + ((place - 1) >> 1)]!)
      this.#rise(start, place, id, key)
    else this.#sink(start, size, place, id, key)
  }

  #rise(start: number, from: number, id: number, key: number): void {
    const keys = this.#keys
    const ids = this.#ids
    const places = this.#places
    let place = from
    while (place > 0) {
      const parent = (place - 1) >> 1
      const parentKey = keys[start + parent]!
      if (parentKey <= key) break
      const parentId = ids[start + parent]!
      keys[start + place] = parentKey
      ids[start + place] = parentId
      places[parentId] = place
      place = parent
    }
    keys[start + place] = key
    ids[start + place] = id
    places[id] = place
  }

  #sink(start: number, size: number, from: number, id: number, key: number): void {
    const keys = this.#keys
    const ids = this.#ids
    const places = this.#places
    let place = from
    for (;;) {
      let child = 2 * place + 1
      if (child >= size) break
      let childKey = keys[start + child]!
      if (child + 1 < size) {
        const otherKey = keys[start + child + 1]!
        if (otherKey < childKey) {
          child++
          childKey = otherKey
        }
      }
      if (childKey >= key) break
      const childId = ids[start + child]!
      keys[start + place] = childKey
      ids[start + place] = childId
      places[childId] = place
      place = child
    }
    keys[start + place] = key
    ids[start + place] = id
    places[id] = place
  }

  #makeRoom(id: number): void {
    const larger = new Int32Array(Math.max(id + 1, 2 * this.#places.length))
    larger.set(this.#places)
    this.#places = larger
  }
}

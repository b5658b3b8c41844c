const none = -1

/**
 * First-in-first-out lines of ids (whole numbers from 0), doubly linked in typed arrays, so that one can leave
 * from the middle of its line at once. An id stands in one line at most. Ids and lines may be any number: arrays
 * grow as they come.
 */
export class Lines {
  #next: Int32Array = new Int32Array(64)
  #previous: Int32Array = new Int32Array(64)
  #first: Int32Array
  #last: Int32Array
  #length: Int32Array

  constructor(lines: number) {
    this.#first = new Int32Array(lines).fill(none)
    this.#last = new Int32Array(lines).fill(none)
    this.#length = new Int32Array(lines)
  }

  /** How many ids stand in it. */
  lengthOf(line: number): number {
    return line < this.#length.length ? this.#length[line]! : 0
  }

  /** Who is first; below 0: nobody. */
  firstOf(line: number): number {
    return line < this.#first.length ? this.#first[line]! : none
  }

  /** Behind all others. */
  append(line: number, id: number): void {
    this.#makeRoom(line, id)
    const last = this.#last[line]!
    this.#next[id] = none
    this.#previous[id] = last
    if (last === none) this.#first[line] = id
    else this.#next[last] = id
    this.#last[line] = id
    this.#length[line]!++
  }

  /** Before all others. */
  prepend(line: number, id: number): void {
    this.#makeRoom(line, id)
    const first = this.#first[line]!
    this.#next[id] = first
    this.#previous[id] = none
    if (first === none) this.#last[line] = id
    else this.#previous[first] = id
    this.#first[line] = id
    this.#length[line]!++
  }

  /** Takes the first out; below 0: there was nobody. */
  shift(line: number): number {
    const id = this.firstOf(line)
    if (id !== none) this.remove(line, id)
    return id
  }

  /** Takes one out that stands in this line. */
  remove(line: number, id: number): void {
    const next = this.#next[id]!
    const previous = this.#previous[id]!
    if (previous === none) this.#first[line] = next
    else this.#next[previous] = next
    if (next === none) this.#last[line] = previous
    else this.#previous[next] = previous
    this.#length[line]!--
  }

  #makeRoom(line: number, id: number): void {
    if (id >= this.#next.length) this.#growIds(id)
    if (line >= this.#first.length) this.#growLines(line)
  }

  #growIds(id: number): void {
    const room = Math.max(id + 1, 2 * this.#next.length)
    this.#next = grown(this.#next, room)
    this.#previous = grown(this.#previous, room)
  }

  #growLines(line: number): void {
    const lines = this.#first.length
    const room = Math.max(line + 1, 2 * lines)
    this.#first = grown(this.#first, room).fill(none, lines)
    this.#last = grown(this.#last, room).fill(none, lines)
    this.#length = grown(this.#length, room)
  }
}

function grown(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length)
  larger.set(array)
  return larger
}

/** Keys and values of the positions that an attention stack has seen, in the shape its graph reads. */

/** Additive mask value of what must not be seen. */
export const masked = -1e9;
/** Slots are added in steps of this, a sixteenth more than needed: empty ones cost time in every run, new shapes once. */
const capacityStep = 64;

/** A key and a value, or rows of them. */
export interface KeysAndValues {
  readonly k: Float32Array;
  readonly v: Float32Array;
}

export interface CacheShape {
  readonly layers: number;
  readonly heads: number;
  readonly headWidth: number;
  /** Positions that a position sees, itself included; null: all before it. */
  readonly window: number | null;
}

/**
 * Per layer the graph reads keys and values [heads, capacity, head width]. The capacity grows in steps, so that shapes and
 * buffers seldom change, until it reaches the window; from then on the rows form a ring, position p in slot p mod capacity.
 *
 * With a window, every row is also kept in the order of time, [positions, heads, head width], because a ring forgets:
 * truncation brings back from there what later rows have overwritten.
 */
export class KvCache {
  #length = 0;
  #capacity = 0;
  /** With room behind what is in use, so that growing leaves little behind. */
  readonly #room: KeysAndValues[];
  /** Views of the room. */
  #past: readonly KeysAndValues[];
  readonly #history: KeysAndValues[];

  /** A cache with a window can only be truncated if `rewinds`. */
  constructor(
    readonly shape: CacheShape,
    rewinds = true,
  ) {
    const empty = () => ({ k: new Float32Array(), v: new Float32Array() });
    this.#room = Array.from({ length: shape.layers }, empty);
    this.#past = [...this.#room];
    this.#history = shape.window === null || !rewinds ? [] : Array.from({ length: shape.layers }, empty);
  }

  /** Positions seen. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of memory that the rows take. */
  get bytes(): number {
    return [...this.#room, ...this.#history].reduce((sum, { k, v }) => sum + k.byteLength + v.byteLength, 0);
  }

  /** Slots per head in what `past` returns. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Keys and values of a layer, as the graph reads them; the arrays are replaced only when the capacity changes. */
  past(layer: number): KeysAndValues {
    return this.#past[layer] as KeysAndValues;
  }

  /** Writes the mask [rows, capacity + rows] of the next `rows` positions to the start of `out`. */
  writeMask(rows: number, out: Float32Array): void {
    const columns = this.#capacity + rows;
    const window = this.shape.window ?? Infinity;
    const cachedFrom = Math.max(0, this.#length - this.#capacity);
    out.fill(masked, 0, rows * columns);
    for (let row = 0; row < rows; row++) {
      const at = row * columns;
      const sees = this.#length + row - window + 1;
      this.#eachRun(Math.max(cachedFrom, sees), this.#length, (slot, _position, count) => {
        out.fill(0, at + slot, at + slot + count);
      });
      const fresh = at + this.#capacity;
      out.fill(0, fresh + Math.max(0, sees - this.#length), fresh + row + 1);
    }
  }

  /** Makes room for what truncation needs of `length` positions. */
  reserve(length: number): void {
    const needed = length * this.shape.heads * this.shape.headWidth;
    this.#history.forEach(({ k, v }, layer) => {
      if (k.length < needed) this.#history[layer] = { k: grown(k, needed), v: grown(v, needed) };
    });
  }

  /** Appends `rows` positions; `news` gives [heads, rows, head width] of each layer. */
  append(rows: number, news: (layer: number) => KeysAndValues): void {
    this.#widen(this.#length + rows);
    this.reserve(this.#length + rows);
    const { heads, headWidth, layers } = this.shape;
    const end = this.#length + rows;
    for (let layer = 0; layer < layers; layer++) {
      const fresh = news(layer);
      const past = this.past(layer);
      this.#eachRun(Math.max(this.#length, end - this.#capacity), end, (slot, position, count) => {
        for (let head = 0; head < heads; head++) {
          const from = (head * rows + position - this.#length) * headWidth;
          const to = (head * this.#capacity + slot) * headWidth;
          past.k.set(fresh.k.subarray(from, from + count * headWidth), to);
          past.v.set(fresh.v.subarray(from, from + count * headWidth), to);
        }
      });
      if (this.#history.length > 0) this.#remember(layer, rows, fresh);
    }
    this.#length = end;
  }

  /** Forgets all positions from `length` on. */
  truncate(length: number): void {
    const { heads, headWidth, layers, window } = this.shape;
    const before = this.#length;
    if (length >= before) return;
    this.#length = length;
    // As in a new cache, but for its room.
    if (length === 0) this.#view(0);
    if (length === 0 || window === null) return;
    // Slots whose rows were overwritten by rows that are forgotten now.
    const lostTo = Math.min(length, before - this.#capacity);
    this.#eachRun(Math.max(0, length - this.#capacity), lostTo, (slot, position, count) => {
      for (let layer = 0; layer < layers; layer++) {
        const past = this.past(layer);
        const history = this.#history[layer] as KeysAndValues;
        for (let i = 0; i < count; i++) {
          for (let head = 0; head < heads; head++) {
            const from = ((position + i) * heads + head) * headWidth;
            const to = (head * this.#capacity + slot + i) * headWidth;
            past.k.set(history.k.subarray(from, from + headWidth), to);
            past.v.set(history.v.subarray(from, from + headWidth), to);
          }
        }
      }
    });
  }

  /** Calls back with runs of neighbouring slots for the positions from `from` up to `to`. */
  #eachRun(from: number, to: number, visit: (slot: number, position: number, count: number) => void): void {
    for (let position = from; position < to;) {
      const slot = position % this.#capacity;
      const count = Math.min(to - position, this.#capacity - slot);
      visit(slot, position, count);
      position += count;
    }
  }

  /** Makes room for `length` positions, or for the window. */
  #widen(length: number): void {
    const most = this.shape.window ?? Infinity;
    if (this.#capacity >= Math.min(length, most)) return;
    const capacity = Math.min(most, Math.ceil((length * 17) / 16 / capacityStep) * capacityStep);
    this.#room.forEach(({ k, v }, layer) => {
      this.#room[layer] = { k: this.#spread(k, capacity), v: this.#spread(v, capacity) };
    });
    this.#view(capacity);
  }

  /** Moves the rows of each head to where they lie with another capacity; no slot was used twice until now. */
  #spread(old: Float32Array, capacity: number): Float32Array {
    const { heads, headWidth } = this.shape;
    const needed = heads * capacity * headWidth;
    let numbers = old;
    if (old.length < needed) {
      numbers = new Float32Array(capacity === this.shape.window ? needed : 1.5 * needed);
      numbers.set(old);
    }
    // From the last head on, so that none is written over before it has moved.
    for (let head = heads - 1; head > 0; head--) {
      const from = head * this.#capacity * headWidth;
      numbers.copyWithin(head * capacity * headWidth, from, from + this.#length * headWidth);
    }
    return numbers;
  }

  #view(capacity: number): void {
    const size = this.shape.heads * capacity * this.shape.headWidth;
    this.#past = this.#room.map(({ k, v }) => ({ k: k.subarray(0, size), v: v.subarray(0, size) }));
    this.#capacity = capacity;
  }

  #remember(layer: number, rows: number, fresh: KeysAndValues): void {
    const history = this.#history[layer] as KeysAndValues;
    for (const kind of ['k', 'v'] as const) this.#rememberRows(rows, fresh[kind], history[kind]);
  }

  /** A loop over numbers: rows are short, and a `set` with a `subarray` for each of them takes several times as long. */
  #rememberRows(rows: number, fresh: Float32Array, history: Float32Array): void {
    const { heads, headWidth } = this.shape;
    let to = this.#length * heads * headWidth;
    for (let row = 0; row < rows; row++) {
      for (let head = 0; head < heads; head++) {
        const from = (head * rows + row) * headWidth;
        for (let i = 0; i < headWidth; i++) history[to++] = fresh[from + i] as number;
      }
    }
  }
}

/** A copy with room for `needed` numbers and an eighth more. */
export function grown(old: Float32Array, needed: number): Float32Array {
  const out = new Float32Array(Math.max(Math.ceil(1.125 * needed), 4096));
  out.set(old);
  return out;
}

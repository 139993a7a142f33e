/** Counts what the places of a source that match the end of the text say of the byte that comes next. */
export class Votes {
  /** Of all bytes together. */
  sum = 0;
  /** Of the place that equals the end of the text the furthest back, whatever follows it. */
  mostRun = 0;
  /** All arrays by byte value, [256]. */
  readonly weights = new Float64Array(256);
  /** Places that vote for it. */
  readonly counts = new Int32Array(256);
  /** Of the best of these places, each for itself: run, score, whether it matches the whole word, and distance in bytes. */
  readonly runs = new Uint8Array(256);
  readonly scores = new Uint8Array(256);
  readonly wholes = new Uint8Array(256);
  readonly distances = new Int32Array(256);

  clear(): void {
    this.sum = this.mostRun = 0;
    for (const numbers of [this.weights, this.counts, this.runs, this.scores, this.wholes, this.distances])
      numbers.fill(0);
  }

  add(byte: number, vote: { weight: number; run: number; score: number; isWhole: boolean; distance: number }): void {
    const { weight, run, score, isWhole, distance } = vote;
    this.sum += weight;
    if (run > this.mostRun) this.mostRun = run;
    const count = this.counts[byte] as number;
    this.weights[byte] = (this.weights[byte] as number) + weight;
    if (run > (this.runs[byte] as number)) this.runs[byte] = run;
    if (score > (this.scores[byte] as number)) this.scores[byte] = score;
    if (isWhole) this.wholes[byte] = 1;
    if (count === 0 || distance < (this.distances[byte] as number)) this.distances[byte] = distance;
    this.counts[byte] = count + 1;
  }
}

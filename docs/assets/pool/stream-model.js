/* A store whose readers are slow: which connections are in use between two pieces, by whose session reads them.
 *
 * tests/content/test_stream_model.py runs the same scripts through this and through the real FastAPI. */

export class StreamStore {
  constructor({ size = 2, pieces = 4, way = "request" } = {}) {
    Object.assign(this, { size, pieces, way, readers: [], inUse: 0, lost: 0, answered: 0, refused: 0, finished: 0 });
  }

  #refuse() {
    this.refused += 1;
    return false;
  }

  /** A reader comes and is sent the first piece; false if no connection is free. */
  come() {
    if (this.inUse === this.size) return this.#refuse();
    if (this.way !== "batch") this.inUse += 1; // a batch's session has ended before its piece goes out
    this.readers.push({ got: 1 });
    return true;
  }

  /** A reader takes the next piece; after the last one the answer is over. */
  next(reader) {
    if (reader.got === this.pieces) {
      this.finished += 1;
      return this.#over(reader);
    }
    reader.got += 1;
  }

  /** A reader leaves while the server waits for it. */
  leave(reader) { this.#over(reader); }

  #over(reader) {
    this.readers.splice(this.readers.indexOf(reader), 1);
    if (this.way === "request") this.inUse -= 1;
    if (this.way === "function") this.lost += 1; // the session has begun anew, and nobody closes it
  }

  /** Somebody else asks something short; false if no connection is free. */
  ask() {
    if (this.inUse === this.size) return this.#refuse();
    this.answered += 1;
    return true;
  }
}

/* Two worker processes and their database connections after a fork: who asks, who reads, and whose answer it is.
 *
 * A connection is a stream: the server answers in the order of asking, and whoever reads first takes what is there. A driver
 * expects one answer, to its own question; what more it has taken from the stream it throws away.
 * tests/content/test_forks_model.py runs the same scripts through this and through real forked processes. */

export class Workers {
  /** `warm`: the master had a connection in its pool when it forked. `cured`: each worker took none of it over. */
  constructor({ warm = true, cured = false } = {}) {
    this.shared = warm && !cured;
    this.streams = this.shared ? [[]] : [[], []];
    this.waiting = [null, null]; // by worker, the question whose answer it expects
  }

  stream(worker) { return this.streams[this.shared ? 0 : worker]; }

  /** Send a question; false if this worker still expects an answer. */
  ask(worker, question) {
    if (this.waiting[worker] !== null) return false;
    this.waiting[worker] = question;
    this.stream(worker).push(question);
    return true;
  }

  /** Read: give the question to which the answer belongs that came; null if there is none, and the worker waits on. */
  read(worker) {
    if (this.waiting[worker] === null) return null;
    const [answer = null] = this.stream(worker).splice(0);
    if (answer !== null) this.waiting[worker] = null;
    return answer;
  }
}

/* Two clients of a pooler in transaction mode that knows nothing of prepared statements, and the two sessions it has.
 *
 * A client prepares its query at once, under a name that it counts for itself. What was prepared stays in the session.
 * tests/content/test_poolers_model.py runs the same scripts through this and through psycopg, a pooler and PostgreSQL. */

export class Pooled {
  #idle;

  /** `queries`: what each client asks. `prepares`: false is prepare_threshold=None. */
  constructor({ queries, prepares = true }) {
    this.prepares = prepares;
    this.sessions = [{ number: 1, statements: new Map() }, { number: 2, statements: new Map() }];
    this.clients = queries.map((query) => ({ query, session: null, own: null, names: 0, failed: false }));
    this.#idle = [...this.sessions].reverse(); // what was returned last is assigned first
  }

  /** Run a client's query: `got`, the query whose rows came, or `error`, and the name. */
  ask(at) {
    const client = this.clients[at];
    client.session ??= this.#idle.pop();
    const { statements } = client.session;
    if (!this.prepares) return client.failed ? { error: "aborted" } : { got: client.query };
    const name = client.own ?? `_pg3_${client.names++}`;
    // A name that is not there is noticed before the transaction's state.
    if (client.failed && (client.own === null || statements.has(name))) return { error: "aborted" };
    if (client.own === null && !statements.has(name)) {
      statements.set(name, client.query);
      client.own = name;
    } else if (client.own === null || !statements.has(name)) {
      client.failed = true;
      return { error: client.own === null ? "already exists" : "does not exist", name };
    }
    return { got: statements.get(name), name };
  }

  /** End the transaction: commit, or roll back after an error; then the driver forgets, and tells whichever session is free. */
  end(at) {
    const client = this.clients[at];
    if (!client.session) return false;
    this.#idle.push(client.session);
    client.session = null;
    if (client.failed && client.own !== null) {
      this.#idle.at(-1).statements.clear();
      client.own = null;
    }
    client.failed = false;
    return true;
  }
}

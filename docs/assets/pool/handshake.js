/* What a connection costs, step by step: figures measured over loopback, and a model of what distance adds to them. */

export const LOOPBACK = 0.05; // milliseconds there and back, already inside the measured figures

// `work` in milliseconds, measured; `trips` are the round trips of PostgreSQL's protocol (TLS 1.3, SCRAM).
const STEPS = [
  { key: "socket", name: "Socket", work: 0, trips: 1 }, // measured together with start
  { key: "tls", name: "TLS", work: 3.7, trips: 2 },
  { key: "start", name: "Start-up", work: 2.9, trips: 1 },
  { key: "scram", name: "Password", work: 3.1, trips: 2 },
];
const QUERY = { work: 0.17, trips: 1 };

/** Tell the steps of connecting in order, each with its `ms`, and the cost of one query. */
export function handshake({ trip, tls }) {
  const cost = ({ work, trips }) => work + trips * (trip - LOOPBACK);
  const steps = STEPS.filter(({ key }) => tls || key !== "tls").map((step) => ({ ...step, ms: cost(step) }));
  return {
    steps,
    connect: steps.reduce((sum, { ms }) => sum + ms, 0),
    trips: steps.reduce((sum, { trips }) => sum + trips, 0),
    query: cost(QUERY),
    measured: trip === LOOPBACK,
  };
}

// What the figure of ten recordings holds and says, for tests/content/test_pool_minutes.py.
import { firstRing, RECORDINGS, verdict } from "../../docs/assets/pool/watching-model.js";

export const recordings = () => RECORDINGS;

/** For each rule, by recording: the minute of the first ring, and whether that is right. */
export function judge(rules) {
  return rules.map(([signs, inARow]) => Object.fromEntries(RECORDINGS.map((recording) => {
    const rings = firstRing(recording, signs, inARow);
    return [recording.key, [rings, verdict(recording, rings)[1]]];
  })));
}

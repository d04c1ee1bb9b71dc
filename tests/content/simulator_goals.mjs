// What tests/content/test_simulator_goals.py asks of the goals.

export { tryGoal } from "../../docs/assets/simulator/goals.js";

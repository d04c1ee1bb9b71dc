/* When a request takes and returns its connection: [moment, in use then], by dependency and ending.
 * Written by tests/content/test_request_times.py, which asks the real FastAPI. */

export const times = {
  "line": {
    "answer": [["dependency", 0], ["query", 1], ["return", 1], ["answer", 1], ["end", 0], ["over", 0]],
    "HTTPException": [["dependency", 0], ["query", 1], ["answer", 1], ["over", 1]],
    "500": [["dependency", 0], ["query", 1], ["answer", 1], ["over", 1]],
    "task": [["dependency", 0], ["query", 1], ["return", 1], ["answer", 1], ["task", 1], ["end", 0], ["over", 0]],
    "gone": [["dependency", 0], ["query", 1], ["return", 1], ["answer", 1], ["end", 0], ["over", 0]]
  },
  "block": {
    "answer": [["dependency", 0], ["query", 1], ["return", 1], ["answer", 1], ["end", 0], ["over", 0]],
    "HTTPException": [["dependency", 0], ["query", 1], ["answer", 0], ["over", 0]],
    "500": [["dependency", 0], ["query", 1], ["answer", 0], ["over", 0]],
    "task": [["dependency", 0], ["query", 1], ["return", 1], ["answer", 1], ["task", 1], ["end", 0], ["over", 0]],
    "gone": [["dependency", 0], ["query", 1], ["return", 1], ["answer", 1], ["end", 0], ["over", 0]]
  },
  "commit": {
    "answer": [["dependency", 0], ["query", 1], ["return", 0], ["answer", 0], ["end", 0], ["over", 0]],
    "HTTPException": [["dependency", 0], ["query", 1], ["answer", 0], ["over", 0]],
    "500": [["dependency", 0], ["query", 1], ["answer", 0], ["over", 0]],
    "task": [["dependency", 0], ["query", 1], ["return", 0], ["answer", 0], ["task", 0], ["end", 0], ["over", 0]],
    "gone": [["dependency", 0], ["query", 1], ["return", 0], ["answer", 0], ["end", 0], ["over", 0]]
  },
  "function": {
    "answer": [["dependency", 0], ["query", 1], ["return", 1], ["end", 0], ["answer", 0], ["over", 0]],
    "HTTPException": [["dependency", 0], ["query", 1], ["answer", 0], ["over", 0]],
    "500": [["dependency", 0], ["query", 1], ["answer", 0], ["over", 0]],
    "task": [["dependency", 0], ["query", 1], ["return", 1], ["end", 0], ["answer", 0], ["task", 0], ["over", 0]],
    "gone": [["dependency", 0], ["query", 1], ["return", 1], ["end", 0], ["answer", 0], ["over", 0]]
  }
};

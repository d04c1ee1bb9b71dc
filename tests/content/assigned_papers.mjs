// For each line of the input, {link, students, inside}: the papers, digest and result that the page makes.
import { paperOf, readLink, resultOf } from "../../docs/assets/assigned/paper.js";

let text = "";
for await (const chunk of process.stdin) text += chunk;
for (const line of text.split("\n").filter(Boolean)) {
  const { fragment, students, inside } = JSON.parse(line);
  let told;
  try {
    const { assignment, digest } = readLink(fragment);
    told = { assignment, digest, papers: students.map((student) => paperOf(assignment, student)), result: JSON.stringify(resultOf(inside)) };
  } catch (error) {
    told = { refused: error.message };
  }
  console.log(JSON.stringify(told));
}

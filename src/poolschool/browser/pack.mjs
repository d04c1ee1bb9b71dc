// Runs pack.py in Pyodide under Node: `node pack.mjs PYODIDE_FOLDER SCRIPT SOURCE OUTPUT`.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, script, source, output] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: folder });
for (const [place, root] of [["/in", source], ["/out", output]]) {
  python.FS.mkdirTree(place);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, place);
}
python.runPython(readFileSync(script, "utf8"));

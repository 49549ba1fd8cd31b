// What Pyodide does as Flet ships it, in Node.js: `node pyodide_internals.mjs PYODIDE PACKAGES`, prints JSON.
//   failed      how Python heard of a failed request whose error has no `stack`; "never" when nobody told it
//   grown       how waking up ended from a snapshot that is larger than the memory Python begins with
//   extension   how the first use ended of a compiled extension that was in a snapshot
//   table       how waking up ended in an engine with another table of functions than the one that made the snapshot
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, packages] = process.argv.slice(2).map((name) => resolve(name));
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
console.error = () => {}; // of what ends Python there is more than anybody reads, and some of it comes late
process.on("uncaughtException", () => {});
const unheard = new Promise((told) => process.on("unhandledRejection", () => told("never")));
const options = { env: { PYTHONHASHSEED: "0", HOME: "/home/pyodide", MSGPACK_PUREPYTHON: "1" } };
const how = (work) => work().then(() => "well", (error) => String(error).split("\n")[0]);

async function snapshot(prepare) {
  const python = await loadPyodide({ ...options, _makeSnapshot: true });
  prepare(python);
  return python.makeMemorySnapshot();
}

function useExtension(python) {
  python.FS.mkdirTree("/packages/msgpack");
  for (const name of readdirSync(`${packages}/msgpack`).filter((name) => /\.(py|so)$/.test(name)))
    python.FS.writeFile(`/packages/msgpack/${name}`, new Uint8Array(readFileSync(`${packages}/msgpack/${name}`)));
  python.runPython(`
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
sys.path.insert(0, "/packages")
import msgpack
(place,) = Path("/packages/msgpack").glob("_cmsgpack.*.so")
spec = spec_from_file_location("msgpack._cmsgpack", str(place))
compiled = module_from_spec(spec)
spec.loader.exec_module(compiled)
`);
}

const python = await loadPyodide(options);
const heard = python.globals.get("dict")();
heard.set("asks", () => {
  const error = new TypeError("Load failed");
  delete error.stack;
  return Promise.reject(error);
});
const failed = await Promise.race([
  python.runPythonAsync("from pyodide.ffi import JsException\ntry:\n    await asks()\nexcept JsException as error:\n    said = str(error)\nsaid", { globals: heard }),
  unheard,
]);

const large = await snapshot((python) => python.runPython("kept = bytes(40_000_000)"));
const grown = await how(() => loadPyodide({ ...options, _loadSnapshot: large }));
const small = await snapshot(() => {});
const compiled = await snapshot(useExtension);
const extension = await how(async () => {
  (await loadPyodide({ ...options, _loadSnapshot: compiled })).runPython("compiled.Packer().pack([1])");
});
Object.defineProperty(globalThis, "navigator", { value: { userAgent: "iPhone" } });
const table = await how(() => loadPyodide({ ...options, _loadSnapshot: small }));
console.log(JSON.stringify({ failed, grown, extension, table }));
process.exit(0);

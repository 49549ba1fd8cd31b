// The shipped Python in Node.js, made to behave as in WebKit on an iPhone: `node webkit_like.mjs PYODIDE SNAPSHOT`.
// Prints what came of it as JSON.
//   trampoline  what Python keeps as the place of its helper in the table of functions: 0 on an iPhone, which has none
//   calls       what C functions with arguments of different numbers answered, which go through that helper
//   failed      how Python heard of a request that failed; its error has no `stack` in WebKit

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, snapshot] = process.argv.slice(2).map((name) => resolve(name));
Object.defineProperty(globalThis, "navigator", { value: { userAgent: "iPhone" } });
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
const python = await loadPyodide({
  env: { PYTHONHASHSEED: "0", HOME: "/home/pyodide", MSGPACK_PUREPYTHON: "1" },
  _loadSnapshot: new Uint8Array(readFileSync(snapshot)),
});
const { HEAP32, __PyRuntime, __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET: offset } = python._module;
const trampoline = HEAP32[(__PyRuntime + HEAP32[offset >>> 2]) >>> 2];
const calls = python.runPython("import itertools, sys; [sys.getrecursionlimit() > 0, [].copy(), 'a'.upper(), (1).bit_length()]").toJs();

const asks = () => {
  const error = new TypeError("Load failed");
  delete error.stack;
  if ("stack" in error) throw new Error("this Node.js takes no stack away");
  return Promise.reject(error);
};
const heard = python.globals.get("dict")();
heard.set("asks", asks);
const failed = await Promise.race([
  python.runPythonAsync("from pyodide.ffi import JsException\ntry:\n    await asks()\nexcept JsException as error:\n    said = str(error)\nsaid", { globals: heard }),
  new Promise((done) => setTimeout(done, 5000, "never")),
]);
console.log(JSON.stringify({ trampoline, calls, failed }));
process.exit(0);

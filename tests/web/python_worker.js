// Python in a worker, for tests: storage.js and Pyodide as the app has them, and a way to run Python from the page.
import * as storage from "/storage.js";
import { loadPyodide } from "/pyodide/pyodide.mjs";

// What the app's worker gives storage.js of the page; here the page asks the browser, too.
const questions = new Map();
const page = {
  ask: (what) => new Promise((resolve) => {
    questions.set(what, resolve);
    self.postMessage({ shangmen: "ask", what });
  }),
};

const at = (stage) => self.postMessage({ shangmen: "stage", stage });
const TASKS = `
import asyncio
"; ".join(f"{task.get_coro().__qualname__}: " + " <- ".join(f"{frame.f_code.co_name}:{frame.f_lineno}"
    for frame in reversed(task.get_stack())) for task in asyncio.all_tasks(asyncio.get_event_loop()))
`;

const ready = (async () => {
  const opening = storage.prepare(page);
  at("Python is being loaded");
  const python = await loadPyodide({ stdout: (t) => console.log(t), stderr: (t) => console.log(t) });
  self.pyodide = python;
  at("the app is being fetched");
  const get = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  python.FS.writeFile("/lib/packages.zip", await get("/packages.zip"));
  python.FS.mkdirTree("/site");
  for (const zip of ["/app.zip", "/site.zip"]) python.unpackArchive(await get(zip), "zip", { extractDir: "/site" });
  python.runPython(`
    import os, sys
    sys.path[:0] = ["/site", "/site/packages", "/lib/packages.zip"]
    os.chdir("/site")
  `);
  at("the storage is being opened");
  await storage.mount(python, "/data", await opening, page);
  at("Python runs");
  return python;
})();

self.onmessage = async ({ data }) => {
  if (data.shangmen === "answer") return questions.get(data.what)(data.value);
  if (data.shangmen === "dump")
    return self.postMessage({ shangmen: "dump", text: self.pyodide ? self.pyodide.runPython(TASKS) : "no Python yet" });
  try {
    const python = await ready;
    const value = await python.runPythonAsync(data.code);
    self.postMessage({ id: data.id, value: value?.toJs ? value.toJs({ dict_converter: Object.fromEntries }) : value });
  } catch (error) {
    self.postMessage({ id: data.id, error: String(error) });
  }
};

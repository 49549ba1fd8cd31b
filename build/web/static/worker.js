// Python's side: loads the browser's own Python (from the memory snapshot, or the plain way), opens the durable storage
// and runs main.py. Started from the page's head, so that Python is ready when Flutter is.
//
// For Python, the module `shangmen_page` (JavaScript) holds:
//   ask(what, ...args)   a promise of what the page answers: persist, persisted, reload, restart, check-update, and what
//                        camera.js and bell.js can
//   listen(callback)     callback(name, detail) from now on for: usable, online, offline, visible, hidden, kept,
//                        update-ready, code, scan-broken, camera-ended; returns what ends it
//   online, visible      as known last
// `flet_js` is Flet's own bridge (flet/messaging/pyodide_connection.py).

import * as storage from "./storage.js";

const HOME = "/app"; // the app's own modules and texts
const PACKAGES = "/lib/packages.zip"; // what it needs, read where it lies
/** What a start from the snapshot reads of each archive; the whole ones come when the app can be used (`bringRest`). */
const START = { app: "python/start-app.zip", packages: "python/start-packages.zip", library: "python/start-stdlib.zip" };
const WHOLE = { app: "python/app.zip", packages: "python/packages.zip", library: "pyodide/python_stdlib.zip" };
const DATA = "/data"; // durable

const flet_js = {};
self.flet_js = flet_js;

// ---- the page ---------------------------------------------------------------------------------------

const listeners = new Set();
const questions = new Map();
let asked = 0;
let python = null;
let documentUrl = null;

const page = {
  online: true,
  visible: true,
  ask: (what, ...args) =>
    new Promise((resolve, reject) => {
      const id = ++asked;
      questions.set(id, { resolve, reject });
      // Python's lists arrive as proxies of the worker's, which no message can carry.
      const plain = args.map((item) => (item?.toJs ? item.toJs({ dict_converter: Object.fromEntries }) : item));
      self.postMessage({ shangmen: "ask", id, what, args: plain });
    }),
  listen: (callback) => {
    const kept = callback.copy ? callback.copy() : callback;
    listeners.add(kept);
    return () => listeners.delete(kept);
  },
};

function mark(name) {
  self.postMessage({ shangmen: "mark", name, at: performance.timeOrigin + performance.now() });
}

function progress(phase, done = 0, total = 0) {
  self.postMessage({ shangmen: "progress", phase, done, total });
}

self.onmessage = ({ data }) => {
  if (data instanceof Uint8Array) {
    if (typeof flet_js.send === "function") flet_js.send(data);
    else console.error("a message for Python before it was there was lost");
    return;
  }
  switch (data.shangmen) {
    case "begin":
      page.online = data.online;
      page.visible = data.visible;
      begin(data);
      break;
    case "connect":
      connect(data.documentUrl);
      break;
    case "event":
      if (data.name === "online" || data.name === "offline") page.online = data.name === "online";
      if (data.name === "visible" || data.name === "hidden") page.visible = data.name === "visible";
      if (data.name === "usable") bringRest?.();
      for (const listener of listeners) listener(data.name, data.detail);
      break;
    case "answer": {
      const question = questions.get(data.id);
      questions.delete(data.id);
      if ("error" in data) question?.reject(new Error(data.error));
      else question?.resolve(data.value);
      break;
    }
  }
};

// ---- starting ---------------------------------------------------------------------------------------

class CannotFetch extends Error {}

/** Fetches files side by side, telling how much has come: a promise of each one's bytes, by name. Throw CannotFetch. */
function fetchAll(files) {
  const total = Object.values(files).reduce((sum, size) => sum + size, 0);
  let done = 0;
  let told = 0;
  const fetchOne = async (name, size) => {
    let response;
    try {
      response = await fetch(`/${name}`);
    } catch (error) {
      throw new CannotFetch(`${name}: ${error.message}`);
    }
    if (!response.ok) throw new CannotFetch(`${name}: HTTP ${response.status}`);
    const bytes = new Uint8Array(size);
    let at = 0;
    const reader = response.body.getReader();
    for (;;) {
      const { done: end, value } = await reader.read().catch((error) => {
        throw new CannotFetch(`${name}: ${error.message}`);
      });
      if (end) break;
      if (at + value.length > size) throw new CannotFetch(`${name}: longer than ${size} bytes`);
      bytes.set(value, at);
      at += value.length;
      done += value.length;
      if (done - told > total / 50) progress("fetch", (told = done), total);
    }
    if (at !== size) throw new CannotFetch(`${name}: ${at} of ${size} bytes`);
    return bytes;
  };
  const promised = Object.fromEntries(Object.entries(files).map(([name, size]) => [name, fetchOne(name, size)]));
  // Each is waited for at its own time; one that fails before that is no unhandled error.
  Promise.all(Object.values(promised)).then(() => mark("fetched"), () => {});
  return promised;
}

/**
 * Loads Python; null when it was to be restored from the snapshot (a promise) and that failed: then the page starts
 * anew, plain. Throws CannotFetch when the snapshot did not come.
 */
async function load({ loadPyodide }, snapshot) {
  const options = {
    indexURL: "/pyodide/",
    env: { HOME: "/home/pyodide", MSGPACK_PUREPYTHON: "1", PYTHONNODEBUGRANGES: "1" },
    stdout: (text) => console.log(text),
    stderr: (text) => console.error(text),
  };
  if (!snapshot) return loadPyodide(options);
  try {
    return await loadPyodide({ ...options, _loadSnapshot: snapshot, stdLibURL: `/${START.library}` });
  } catch (error) {
    if (error instanceof CannotFetch) throw error;
    snapshotFailed(error);
    return null;
  }
}

function snapshotFailed(error) {
  self.postMessage({ shangmen: "snapshot-failed", reason: whatHappened(error) });
}

/** Words of an error and where it arose. Only Chromium's `stack` begins with the words; WebKit's may be missing. */
function whatHappened(error) {
  const [words, stack] = [String(error), error?.stack ?? ""];
  return stack.includes(words) ? stack : `${words}\n${stack}`.trim();
}

// Where the modules lie, in the same order as when the snapshot was made; and what must not be as it was then.
const AWAKEN = `
def awaken(environment, home, packages, bring_now=None):
    import importlib, os, random, sys, zipimport
    os.environ.update(environment.to_py())
    sys.path[:] = [home, packages] + [path for path in sys.path if path not in (home, packages)]
    sys.path_importer_cache.clear()
    zipimport._zip_directory_cache.clear()
    importlib.invalidate_caches()
    for source in getattr(random, "kept_in_snapshot", ()):
        source.seed()
    # Messages are packed by the compiled extension: it can be in no snapshot and is not read out of a zip.
    import msgpack
    from importlib.util import module_from_spec, spec_from_file_location
    (extension,) = [name for name in os.listdir(home + "/native") if name.startswith("_cmsgpack.")]
    spec = spec_from_file_location("msgpack._cmsgpack", home + "/native/" + extension)
    compiled = module_from_spec(spec)
    spec.loader.exec_module(compiled)
    for name in ("Packer", "Unpacker", "unpackb"):
        setattr(msgpack, name, getattr(compiled, name))
    msgpack.loads = msgpack.unpackb
    if bring_now is None:
        return None
    from importlib.machinery import PathFinder
    class Behind:
        """Asked last, for what nobody has: the whole archives may have it, which are on their way, or not yet."""
        def find_spec(self, name, path=None, target=None):
            return PathFinder.find_spec(name, path, target) if bring_now() else None
    behind = Behind()
    def came():
        """The whole archives lie where their beginnings lay."""
        importlib.invalidate_caches()
        if behind in sys.meta_path:
            sys.meta_path.remove(behind)
    sys.meta_path.append(behind)
    return came
awaken
`;

async function begin({ snapshot, files }) {
  mark("worker");
  try {
    const names = snapshot ? [snapshot, START.app, START.packages] : [WHOLE.app, WHOLE.packages];
    const wanted = Object.fromEntries(names.map((name) => [name, files[name]]));
    const { app, packages } = snapshot ? START : WHOLE;
    const runtime = import("/pyodide/pyodide.mjs");
    const opening = storage.prepare(page);
    const fetched = fetchAll(wanted);
    // The runtime is compiled while the snapshot comes.
    const loaded = await load(await runtime, snapshot && fetched[snapshot]);
    mark("loaded");
    progress("load");
    if (!loaded) return;
    loaded.registerJsModule("flet_js", flet_js);
    loaded.registerJsModule("shangmen_page", page);
    loaded.FS.writeFile(PACKAGES, await fetched[packages]);
    loaded.FS.mkdirTree(HOME);
    loaded.unpackArchive(await fetched[app], "zip", { extractDir: HOME });
    const awaken = loaded.runPython(AWAKEN);
    const environment = { SHANGMEN_DATA_DIR: DATA, SHANGMEN_SERVER_URL: self.location.origin };
    if (snapshot) restFor(loaded, files, (bringNow) => awaken(environment, HOME, PACKAGES, bringNow));
    else awaken(environment, HOME, PACKAGES);
    awaken.destroy();
    mark("python");
    progress("mount");
    await storage.mount(loaded, DATA, await opening, page);
    mark("mounted");
    progress("run");
    await loaded.runPythonAsync("import runpy; runpy.run_module('main', run_name='__main__')");
    mark("main");
    python = loaded;
    if (documentUrl !== null) await startFlet();
  } catch (error) {
    const kind = error instanceof CannotFetch ? "fetch" : "start";
    self.postMessage({ shangmen: "failed", kind, reason: whatHappened(error) });
  }
}

// ---- what may come later ------------------------------------------------------------------------------

let bringRest = null;

/**
 * After a start from the snapshot nearly everything is imported; what is not is in archives of which only the beginnings
 * are there. The whole ones come when the app can be used; a module that is asked for before that waits for them.
 *
 * `awaken` is given what brings them at once, and returns what Python does when they are there.
 */
function restFor(loaded, files, awaken) {
  const library = loaded.runPython("import sys; f'/lib/python{sys.version_info[0]}{sys.version_info[1]}.zip'");
  const places = { [WHOLE.packages]: PACKAGES, [WHOLE.library]: library };
  let there = false;
  const put = (archives) => {
    if (there) return;
    // All or none: Python reads the new ones only when it is told.
    for (const [name, bytes] of Object.entries(archives))
      if (bytes.length !== files[name]) throw new CannotFetch(`${name}: ${bytes.length} of ${files[name]} bytes`);
    for (const [name, place] of Object.entries(places)) loaded.FS.writeFile(place, archives[name]);
    there = true;
    came();
    mark("rest");
  };
  const fetchNow = (name) => {
    const request = new XMLHttpRequest(); // the one way to wait in the middle of an import
    request.open("GET", `/${name}`, false);
    request.responseType = "arraybuffer";
    request.send();
    if (request.status !== 200) throw new CannotFetch(`${name}: HTTP ${request.status}`);
    return new Uint8Array(request.response);
  };
  const came = awaken(() => {
    try {
      put(Object.fromEntries(Object.keys(places).map((name) => [name, fetchNow(name)])));
    } catch (error) {
      console.warn("the rest of Python:", String(error));
    }
    return there;
  });
  bringRest = async () => {
    if (there) return;
    try {
      const wanted = Object.keys(places).map(async (name) => {
        const response = await fetch(`/${name}`);
        if (!response.ok) throw new CannotFetch(`${name}: HTTP ${response.status}`);
        return [name, new Uint8Array(await response.arrayBuffer())];
      });
      put(Object.fromEntries(await Promise.all(wanted)));
    } catch (error) {
      // Without a network, before the app lies in the phone: an import that needs it asks again.
      console.warn("the rest of Python:", String(error));
    }
  };
}

// ---- Flet ---------------------------------------------------------------------------------------------

/** Flutter is there: Flet's messages flow as soon as main.py has run. */
async function connect(url) {
  documentUrl = url;
  if (python) await startFlet();
}

async function startFlet() {
  flet_js.documentUrl = documentUrl;
  await flet_js.start_connection((message) => {
    const bytes = message.toJs();
    self.postMessage(bytes, [bytes.buffer]);
  });
  self.postMessage({ shangmen: "connected" });
}

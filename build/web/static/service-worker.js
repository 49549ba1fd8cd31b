"use strict";
// Keeps the app in the phone, for the time without a network. What the server offers is listed in precache.json, each
// file with its SHA-256; a version is kept in a cache of its own, whole or not at all.
//
// - A page is always answered from one version, `current`. A newer one is fetched beside it (`next`), each file checked,
//   and becomes current only when it is whole and no page is open: at the next start, never under a running page.
// - A file that is missing or damaged is fetched again when the server can be reached.
// - Nothing that is not in the list is kept: the interface (/v1) and unknown addresses go to the network.

const STATE = "shangmen-state-1";
const PREFIX = "shangmen-version-";
const LIST = "/precache.json";
const AT_ONCE = 4;
const DAY_MS = 86_400_000;
/** Of the server, not of the app. */
const NOT_OURS = /^\/(v1|p|P|docs|redoc|openapi\.json|metrics|healthz?)(\/|$)/;
/** Looked through at every start: without these no page would come up that could ask for repair. */
const CHECKED_ALWAYS = new Set(["index.html", "page.js", "worker.js", "storage.js", "flutter_bootstrap.js", "splash.css"]);

class Unfit extends Error {}

// ---- what is known ------------------------------------------------------------------------------

/** {current, next, checked}: the versions by their id, and when the current one was last looked through (ms). */
async function readState() {
  const kept = await (await caches.open(STATE)).match("/state");
  return kept ? kept.json() : { current: null, next: null, checked: 0 };
}

let changes = Promise.resolve();

/** Changes the state, one change after the other; returns what it is then. */
function changeState(change) {
  const done = changes.then(async () => {
    const state = { ...(await readState()) };
    await change(state);
    await (await caches.open(STATE)).put("/state", new Response(JSON.stringify(state)));
    return state;
  });
  changes = done.catch(() => {});
  return done;
}

const lists = new Map();

/** The list of a version that is kept whole; null when it is not. */
async function listOf(version) {
  if (!version) return null;
  if (!lists.has(version)) {
    const kept = await (await caches.open(PREFIX + version)).match(LIST);
    if (!kept) return null;
    lists.set(version, await kept.json());
  }
  return lists.get(version);
}

/** Whether a version is there, was fetched to its end, and has what draws on this phone now. */
async function isWhole(version) {
  if (!version) return false;
  const cache = await caches.open(PREFIX + version);
  const list = await cache.match(LIST);
  if (!list) return false;
  for (const name of (await list.json()).sets?.[await draws()] ?? []) if (!(await cache.match(`/${name}`))) return false;
  return true;
}

/** What draws on this phone, as the page noted it: a name among the list's sets; null before that: then all are kept. */
async function draws() {
  const noted = await (await caches.open(STATE)).match("/draws");
  return noted ? noted.text() : null;
}

/** The files of a list that only other ways of drawing take. */
async function foreign(list) {
  const own = list.sets?.[await draws()];
  return new Set(own ? Object.values(list.sets).flat().filter((name) => !own.includes(name)) : []);
}

/** What this phone keeps of a list: [name, [hash, size]] of each file. */
async function own(list) {
  const others = await foreign(list);
  return Object.entries(list.files).filter(([name]) => !others.has(name));
}

async function sha256(response) {
  const digest = await crypto.subtle.digest("SHA-256", await response.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// ---- fetching -------------------------------------------------------------------------------------

/** Fetches one file and keeps it, if it is what the list says. Throws Unfit, or TypeError without a network. */
async function fetchFile(cache, name, hash) {
  const response = await fetch(`/${name}`, { cache: "no-cache" });
  if (!response.ok) throw new Unfit(`${name}: HTTP ${response.status}`);
  if ((await sha256(response.clone())) !== hash) throw new Unfit(`${name}: not the file that was announced`);
  const kept = response.clone();
  await cache.put(`/${name}`, response);
  return kept;
}

let fetching = null;

/** Brings the version that the server offers, whole, beside the current one. Only one at a time. */
function fetchVersion() {
  fetching ??= bringVersion().finally(() => (fetching = null));
  return fetching;
}

async function bringVersion() {
  const response = await fetch(LIST, { cache: "no-cache" });
  if (!response.ok) throw new Unfit(`${LIST}: HTTP ${response.status}`);
  const list = await response.clone().json();
  const { version } = list;
  const state = await readState();
  if (version === state.current && (await isWhole(version))) {
    await removeForeign(list);
    // Back to what is there already: a half-fetched other one is of no use.
    if (state.next) await changeState((now) => void (now.next = null));
    return { version, isNew: false };
  }
  if (version === state.next && (await isWhole(version))) return { version, isNew: false };

  const cache = await caches.open(PREFIX + version);
  const there = state.current && state.current !== version ? await caches.open(PREFIX + state.current) : null;
  const thereList = (await listOf(state.current))?.files ?? {};
  const bring = async ([name, [hash]]) => {
    // What an earlier attempt brought is good: only checked files are kept.
    if (await cache.match(`/${name}`)) return;
    const same = there && thereList[name]?.[0] === hash && (await there.match(`/${name}`));
    if (same && (await sha256(same.clone())) === hash) await cache.put(`/${name}`, same);
    else await fetchFile(cache, name, hash);
  };
  const todo = await own(list);
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let item; (item = todo.shift()); ) await bring(item);
    }),
  );
  await cache.put(LIST, response); // last: with it the version is whole
  const after = await changeState((now) => {
    if (now.current && now.current !== version) now.next = version;
    else Object.assign(now, { current: version, checked: Date.now() });
  });
  await removeForeign(list);
  await removeOthers([after.current, after.next]);
  const name = after.next === version ? "update-ready" : "kept";
  await tellPages({ shangmen: name, version, app: list.app });
  return { version, isNew: true };
}

async function removeOthers(versions) {
  const keep = new Set(versions.filter(Boolean).map((version) => PREFIX + version));
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && !keep.has(name)) await caches.delete(name);
}

async function removeForeign(list) {
  const cache = await caches.open(PREFIX + list.version);
  for (const name of await foreign(list)) await cache.delete(`/${name}`);
}

async function tellPages(message) {
  for (const page of await pages()) page.postMessage(message);
}

function pages() {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}

// ---- answering --------------------------------------------------------------------------------------

/** The file of the current version; fetched again when it is missing or damaged; null when it is not of the app. */
async function fileOf(state, name) {
  const list = await listOf(state.current);
  const entry = list?.files[name];
  if (!entry) return null;
  const cache = await caches.open(PREFIX + state.current);
  const kept = await cache.match(`/${name}`).catch(() => undefined);
  if (kept && (!CHECKED_ALWAYS.has(name) || (await sha256(kept.clone())) === entry[0])) return kept;
  return fetchFile(cache, name, entry[0]);
}

async function answer(request, name) {
  const state = await readState();
  let file = null;
  try {
    file = await fileOf(state, name);
  } catch (error) {
    // The server may have gone on to a newer version: then that one's file is better than none.
    console.warn("service worker:", String(error));
  }
  return file ?? fetch(request);
}

let lastStarted = "";

/** Whether another page is open, or is starting just now and not yet among those that are open. */
async function isAlone(client) {
  const before = lastStarted;
  lastStarted = client;
  if ((await pages()).some((page) => page.id !== client)) return false;
  return !before || before === client || !(await self.clients.get(before));
}

async function startPage(event) {
  try {
    const alone = await isAlone(event.resultingClientId);
    let state = await readState();
    if (state.next && alone) state = await takeNext();
    const page = await fileOf(state, "index.html");
    if (page) return page;
  } catch (error) {
    console.warn("service worker:", String(error));
  }
  try {
    return await fetch(event.request);
  } catch (error) {
    return new Response(NEEDS_NETWORK, {
      status: 503,
      headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'" },
    });
  }
}

const NEEDS_NETWORK =
  '<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
  "<title>上门</title><h1>需要联网一次</h1><p>浏览器清除了应用的文件，现在又连不上服务器。请连上网络后重新打开。" +
  "已保存的工作不受影响。</p><p>The browser removed the app's files and the server cannot be reached. " +
  "Connect to the network and open it again. Saved work is safe.</p>";

/** The version that lies ready becomes the current one, if it is whole. */
async function takeNext() {
  const state = await changeState(async (now) => {
    if (await isWhole(now.next)) Object.assign(now, { current: now.next, checked: Date.now() });
    now.next = null;
  });
  await removeOthers([state.current]);
  return state;
}

/** Looks through every file of the current version and fetches again what is not as it must be. */
async function repair() {
  const state = await readState();
  const list = await listOf(state.current);
  if (!list) {
    await fetchVersion();
    return { repaired: 1, lacking: 0 };
  }
  const cache = await caches.open(PREFIX + state.current);
  let repaired = 0;
  let lacking = 0;
  for (const [name, [hash]] of await own(list)) {
    const kept = await cache.match(`/${name}`).catch(() => undefined);
    if (kept && (await sha256(kept)) === hash) continue;
    await cache.delete(`/${name}`);
    try {
      await fetchFile(cache, name, hash);
      repaired += 1;
    } catch (error) {
      console.warn("service worker:", String(error));
      lacking += 1;
    }
  }
  if (lacking) {
    // The server has another version by now: that one, whole.
    const { isNew } = await fetchVersion();
    if (isNew) return { repaired: 1, lacking: 0 };
  } else await changeState((now) => void (now.checked = Date.now()));
  return { repaired, lacking };
}

// ---- events -------------------------------------------------------------------------------------------

self.addEventListener("install", (event) => {
  event.waitUntil(
    readState().then(async ({ current }) => {
      // A newer service worker finds the app there already.
      if (!(await isWhole(current))) await fetchVersion();
    }),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin || NOT_OURS.test(url.pathname)) return;
  if (event.request.mode === "navigate") event.respondWith(startPage(event));
  else event.respondWith(answer(event.request, decodeURIComponent(url.pathname.slice(1))));
});

const ORDERS = {
  /** The page runs and has a network: is there a newer version? And once a day: is everything still there? */
  async check() {
    await fetchVersion();
    const { checked } = await readState();
    if (Date.now() - checked > DAY_MS) await repair();
    return {};
  },
  repair,
  /** The page wants the next version now; only when no other window is open. */
  async take() {
    const state = await readState();
    if (!state.next || (await pages()).length > 1) return { taken: false };
    const after = await takeNext();
    return { taken: after.current === state.next };
  },
  async state() {
    return readState();
  },
};

self.addEventListener("message", (event) => {
  const order = event.data?.shangmen;
  if (!Object.hasOwn(ORDERS, order)) return;
  const [port] = event.ports;
  event.waitUntil(
    ORDERS[order]().then(
      (outcome) => port?.postMessage(outcome),
      (error) => {
        // Without a network there is nothing new, which is no fault; the page that asked is told.
        console.info("service worker:", order, String(error));
        port?.postMessage({ error: String(error) });
      },
    ),
  );
});

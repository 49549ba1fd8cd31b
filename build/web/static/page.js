"use strict";
// The page's own part: starts Python at once in a worker, shows what is being waited for, passes Flet's messages between
// Flutter and Python, answers what only a page can do, and keeps the app for the time without a network.
//
// Flutter calls jsConnect, jsSend, jsDisconnect (Flet's protocol); Python asks and hears through `ask` and `tell` below.
// Every message of our own is an object with the member `shangmen`; Flet's are bytes.

const BUILD = "__BUILD__";

var flet = {
  pyodide: true,
  multiView: false,
  webSocketEndpoint: "/ws",
  entrypointBaseUrl: "/",
  assetBase: "/",
  routeUrlStrategy: "path",
  canvasKitBaseUrl: "/canvaskit/",
  fontFallbackBaseUrl: "/left-out/fonts/",
  webRenderer: "auto",
  flutterAppResolve: () => {},
};

const shangmenPage = (() => {
  const STALLED_MS = 60_000;
  const HOUR_MS = 3_600_000;
  const WITHOUT_MARK_MS = 20_000;
  /** Stands in every screen of the app (kit.base.tag), and in none of the messages that come before one. */
  const SCREEN_MARK = [...new TextEncoder().encode("identifier")];
  const FLUTTER_MS = 15_000; // after an error that may have ended it
  const zh = !(navigator.language || "zh").toLowerCase().startsWith("en");
  const say = (chinese, english) => (zh ? chinese : english);

  // ---- what is seen while the app starts -------------------------------------------------------

  const splash = {
    part: (name) => document.getElementById(`splash-${name}`),
    whole: () => document.getElementById("splash"),
    /** Says how far it is; quietly nothing while the page itself is still being read. */
    show(percent, text) {
      const bar = this.part("bar");
      if (!bar) return;
      bar.value = Math.max(bar.value, percent);
      this.part("text").textContent = text;
    },
    gone() {
      const whole = this.whole();
      if (!whole) return;
      whole.classList.add("leaving");
      setTimeout(() => whole.remove(), 200);
    },
  };

  function whenPageIsRead(act) {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", act, { once: true });
    else act();
  }

  // ---- what is remembered from start to start ---------------------------------------------------

  // {id, unfinished, plain, canvaskit}: how often in a row the start of this build did not come to its end, whether
  // restoring its snapshot failed here, and whether drawing by WebAssembly did. Where the browser refuses storage, each
  // start is as the first one.
  const MEMORY = "shangmen.start";
  const FRESH = { id: BUILD.id, unfinished: 0, plain: false, canvaskit: false };
  function remembered() {
    try {
      const kept = JSON.parse(localStorage.getItem(MEMORY) || "{}");
      return kept.id === BUILD.id ? kept : FRESH;
    } catch (error) {
      console.warn("start memory:", error);
      return FRESH;
    }
  }
  function remember(change) {
    try {
      localStorage.setItem(MEMORY, JSON.stringify({ ...remembered(), ...change }));
    } catch (error) {
      console.warn("start memory:", error);
    }
  }

  // ---- the worker -------------------------------------------------------------------------------

  let worker = null;
  let plain = false; // this start is without the snapshot
  let usable = false;
  let flutterIsReady = false;
  let screenCame = false;
  let lastSign = performance.now();
  let faulty = false;
  let pythonWaits = false; // main.py has run: what comes next is Flutter's turn
  let connection = null; // {args, onMessage, resolve, reject}: Flutter's side

  function startWorker() {
    const before = remembered();
    unfinished = before.unfinished;
    if (before.canvaskit) flet.webRenderer = "canvaskit";
    // A browser that was killed twice while restoring (too little memory) says so to nobody: then the plain way.
    plain = !BUILD.snapshot || before.plain || before.unfinished >= 2;
    remember({ unfinished: before.unfinished + 1 });
    launch();
  }

  function launch() {
    lastSign = performance.now();
    worker = new Worker("/worker.js", { type: "module", name: "python" });
    worker.onmessage = (event) => hear(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      workerFailed(event.message || "worker.js could not be read");
    };
    worker.postMessage({
      shangmen: "begin",
      snapshot: plain ? null : BUILD.snapshot,
      files: BUILD.files,
      app: BUILD.app,
      online: navigator.onLine,
      visible: document.visibilityState === "visible",
    });
    if (connection) connect();
  }

  function workerFailed(reason) {
    if (usable) {
      console.error("Python:", reason);
      return;
    }
    if (!plain) withoutSnapshot(reason);
    else fault("start", reason);
  }

  /** Starts again the plain way, and remembers to for this build. */
  function withoutSnapshot(reason) {
    console.warn("start without the snapshot:", reason);
    performance.mark("shangmen-without-snapshot");
    remember({ plain: true });
    worker.terminate();
    plain = true;
    launch();
  }

  function hear(data) {
    lastSign = performance.now();
    if (data instanceof Uint8Array) {
      // Before it is handed on: after that the bytes may be gone.
      const isScreen = !screenCame && holds(data, SCREEN_MARK);
      connection?.onMessage(data);
      if (isScreen) seeScreen();
      // A screen without the mark, such as Flet's own page of an error, is shown as well.
      else if (!screenCame) setTimeout(seeScreen, WITHOUT_MARK_MS);
      return;
    }
    switch (data?.shangmen) {
      case "progress":
        progress(data);
        break;
      case "connected":
        connection?.resolve();
        break;
      case "snapshot-failed":
        withoutSnapshot(data.reason);
        break;
      case "failed":
        fault(data.kind, data.reason);
        connection?.reject(new Error(data.reason));
        break;
      case "ask":
        answer(data);
        break;
      case "mark":
        if (data.name === "main") pythonWaits = true;
        performance.mark(`shangmen-${data.name}`, { startTime: Math.max(0, data.at - performance.timeOrigin) });
        break;
      default:
        console.error("page: not understood:", data);
    }
  }

  function progress({ phase, done, total }) {
    if (phase === "fetch") {
      const megabytes = (bytes) => (bytes / 1e6).toFixed(0);
      splash.show(
        (70 * done) / total,
        say(`正在下载 ${megabytes(done)} / ${megabytes(total)} MB`, `Downloading ${megabytes(done)} of ${megabytes(total)} MB`),
      );
    } else {
      splash.show({ load: 75, mount: 85, run: 92 }[phase] ?? 95, say("正在启动 …", "Starting …"));
    }
  }

  /** Whether the bytes of a message hold a word. */
  function holds(bytes, word) {
    for (let at = bytes.indexOf(word[0]); at >= 0; at = bytes.indexOf(word[0], at + 1))
      if (word.every((byte, i) => bytes[at + i] === byte)) return true;
    return false;
  }

  function seeScreen() {
    screenCame = true;
    performance.mark("shangmen-screen");
    maybeUsable();
  }

  /** The app is there when Flutter draws and Python has sent a screen. */
  function maybeUsable() {
    if (usable || faulty || !flutterIsReady || !screenCame) return;
    usable = true;
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        performance.mark("shangmen-usable");
        splash.gone();
        remember({ unfinished: 0 });
        tell("usable");
        keepForOffline();
      }),
    );
  }

  // ---- faults -----------------------------------------------------------------------------------

  const FAULTS = {
    insecure: [
      ["需要安全连接", "请用 https:// 开头的地址打开。手机上只有安全连接才能离线保存工作。"],
      ["A secure connection is needed", "Open the address that begins with https://. Phones keep work offline only then."],
    ],
    browser: [
      ["浏览器版本过旧", "请更新浏览器（Chrome、Edge 或 Safari 的新版本），再打开上门。已保存的工作不受影响。"],
      ["The browser is too old", "Update the browser (Chrome, Edge or Safari), then open Shangmen again. Saved work is safe."],
    ],
    fetch: [
      ["需要联网一次", "应用的文件不完整，现在又连不上服务器。请连上网络后点「重试」。已保存的工作不受影响。"],
      ["The network is needed once", "Files of the app are missing and the server cannot be reached. Connect, then retry. Saved work is safe."],
    ],
    start: [
      ["没能启动", "请点「重试」。若再次出现，请关闭所有上门窗口后重新打开。已保存的工作不受影响。"],
      ["It did not start", "Please retry. If it happens again, close every Shangmen window and open it anew. Saved work is safe."],
    ],
  };

  /** Shows what went wrong and what to do. Before that, once a visit, files the browser damaged are fetched again. */
  async function fault(kind, reason) {
    if (faulty) return;
    faulty = true;
    console.error(`start failed (${kind}):`, reason);
    if (kind === "start" || kind === "fetch") {
      const outcome = await repaired();
      if (outcome?.repaired) {
        location.reload();
        return;
      }
      // A damaged file that cannot be fetched again now: trying once more without a network is of no use.
      if (outcome?.lacking || outcome?.error) kind = "fetch";
    }
    const [title, text] = FAULTS[kind in FAULTS ? kind : "start"][zh ? 0 : 1];
    whenPageIsRead(() => {
      splash.whole()?.classList.add("at-fault");
      splash.part("fault-title").textContent = title;
      splash.part("fault-text").textContent = text;
      splash.part("fault-details").textContent = `${BUILD.app} ${BUILD.id}\n${reason}`;
      splash.part("retry").textContent = say("重试", "Retry");
      splash.part("retry").onclick = () => location.reload();
      splash.part("fault").hidden = false;
      performance.mark("shangmen-fault");
    });
  }

  /** What the service worker says of its look through every file (`repair`); null when it had one in this visit. */
  async function repaired() {
    const ONCE = "shangmen.repaired";
    if (!navigator.serviceWorker?.controller || sessionStorage.getItem(ONCE)) return null;
    sessionStorage.setItem(ONCE, "1");
    return askServiceWorker({ shangmen: "repair" });
  }

  /** Words of an error and where it arose, as in worker.js: only Chromium's `stack` begins with the words. */
  function whatHappened(error) {
    const [words, stack] = [String(error), error?.stack ?? ""];
    return stack.includes(words) ? stack : `${words}\n${stack}`.trim();
  }

  // ---- what draws -------------------------------------------------------------------------------

  // Flutter's loader chooses: WebAssembly (skwasm) where it trusts the browser with it, or JavaScript (CanvasKit). A start by
  // WebAssembly that fails is answered by CanvasKit, from then on for this build.

  const CRASHES = 3;
  let drawing = null; // one of BUILD.renderers
  let otherwise = null; // the one with CanvasKit for this browser
  let unfinished = 0;
  let changing = false;
  let flutterSign = 0;
  const isWasm = () => drawing !== null && drawing !== otherwise;

  /** Flutter's loader has chosen; `chromium`: the browser brings what the smaller builds leave out. */
  function drawsWith(renderer, chromium) {
    otherwise = chromium ? "chromium" : "canvaskit";
    drawing = renderer === "skwasm" ? (chromium ? "skwasm" : "skwasm_heavy") : otherwise;
    performance.mark(`shangmen-draws-${drawing}`);
    flutterSign = performance.now();
    new PerformanceObserver(() => (flutterSign = performance.now())).observe({ type: "resource" });
    // A page that dies while it starts says so to nobody.
    if (isWasm() && unfinished >= CRASHES) withoutWasm(`${unfinished} starts did not come to their end`);
  }

  async function flutterFailed(error) {
    const reason = whatHappened(error);
    if (flutterIsReady || changing) console.error("Flutter:", reason);
    else if (!isWasm()) fault("start", reason);
    else if (!(await withoutWasm(reason))) fault("fetch", reason);
  }

  /** Starts anew by CanvasKit, and remembers to for this build; or by WebAssembly once more, when a file of it was damaged.
   * False: CanvasKit's files are not in this phone and cannot be had now; then nothing is remembered. */
  async function withoutWasm(reason) {
    console.warn("start without WebAssembly:", reason);
    changing = true;
    const mended = (await repaired())?.repaired;
    if (!mended && !(await canBeHad(BUILD.renderers[otherwise]))) return (changing = false);
    if (!mended) remember({ canvaskit: true, unfinished: 0 });
    location.reload();
    return true;
  }

  async function canBeHad(files) {
    try {
      for (const name of files) {
        const response = await fetch(`/${name}`);
        response.body?.cancel();
        if (!response.ok) return false;
      }
      return true;
    } catch (error) {
      console.warn("to draw otherwise:", error.message);
      return false;
    }
  }

  /** What goes wrong in WebAssembly where no promise of Flutter's loader tells of it. */
  function hearWasm(error) {
    const fatal = ["CompileError", "LinkError", "RuntimeError"].includes(error?.name) || /WebAssembly/.test(error?.message);
    if (isWasm() && !flutterIsReady && fatal) flutterFailed(error);
  }

  function lookForSilence() {
    // Files that still come from the network say nothing for long; those of a phone that has the app are there at once.
    const patience = navigator.serviceWorker?.controller ? STALLED_MS : 5 * STALLED_MS;
    const silent = performance.now() - flutterSign > patience;
    if (isWasm() && !flutterIsReady && !changing && !faulty && silent) flutterFailed(`nothing drawn for ${patience / 1000} s`);
  }

  // ---- Flutter's side ---------------------------------------------------------------------------

  function connect() {
    worker.postMessage({ shangmen: "connect", documentUrl: document.URL });
  }

  globalThis.jsConnect = (appId, args, onMessage) =>
    new Promise((resolve, reject) => {
      if (faulty) return reject(new Error("the app did not start"));
      connection = { args, onMessage, resolve, reject };
      performance.mark("shangmen-connect");
      if (!worker) launch();
      else connect();
    });

  globalThis.jsSend = async (appId, data) => {
    worker?.postMessage(data, [data.buffer]);
  };

  globalThis.jsDisconnect = async () => {
    worker?.terminate();
    worker = null;
    connection = null;
  };

  /** Flutter reads the languages as it begins, and ends where one is none: WebKit says "C" when nobody chose one. */
  function onlyRealLanguages() {
    const isReal = (tag) => {
      try {
        return Boolean(new Intl.Locale(tag));
      } catch (error) {
        return false; // RangeError, TypeError: that is the answer
      }
    };
    const told = [...(navigator.languages ?? [])];
    const real = told.filter(isReal);
    if (real.length && real.length === told.length && isReal(navigator.language)) return;
    const languages = Object.freeze(real.length ? real : ["zh-CN"]);
    Object.defineProperty(navigator, "languages", { configurable: true, get: () => languages });
    Object.defineProperty(navigator, "language", { configurable: true, get: () => languages[0] });
  }

  /**
   * Errors and rejections that nobody caught. Before Flutter draws nobody else would ever tell of them: the splash would
   * stay. Not every one ends Flutter, so it is given a while; a script that did not come does end it.
   */
  function nobodyCaught(event) {
    if (flutterIsReady || faulty) return;
    const { target, error, reason, message } = event;
    if (target instanceof HTMLScriptElement) return void fault("fetch", `${target.src} could not be read`);
    if (target !== window) return; // a picture or a style sheet
    const what = whatHappened(error ?? reason ?? message);
    setTimeout(() => flutterIsReady || changing || fault("start", what), FLUTTER_MS);
  }

  function flutterReady() {
    flutterIsReady = true;
    performance.mark("shangmen-flutter");
    maybeUsable();
  }

  // ---- what Python asks of the page, and what it is told ------------------------------------------

  const ANSWERS = {
    persist: () => navigator.storage?.persist?.() ?? false,
    persisted: () => navigator.storage?.persisted?.() ?? false,
    reload: () => location.reload(),
    /** Takes the new version that lies ready: the page starts anew in it. False: there is none, or another window is open. */
    restart: async () => {
      const outcome = await askServiceWorker({ shangmen: "take" });
      if (outcome?.taken) location.reload();
      return Boolean(outcome?.taken);
    },
    "check-update": () => lookForUpdate(),
    ...shangmenBell.answers,
    ...shangmenCamera.answers,
  };

  async function answer({ id, what, args }) {
    const reply = { shangmen: "answer", id };
    try {
      if (!Object.hasOwn(ANSWERS, what)) throw new Error(`the page cannot: ${what}`);
      reply.value = await ANSWERS[what](...(args ?? []));
    } catch (error) {
      reply.error = String(error);
    }
    worker?.postMessage(reply);
  }

  function tell(name, detail = null) {
    worker?.postMessage({ shangmen: "event", name, detail });
  }

  // ---- for the time without a network ---------------------------------------------------------------

  let keeping = false;

  /** Keeps the app in the phone once it runs: the first start has the network to itself. */
  function keepForOffline() {
    if (!("serviceWorker" in navigator) || keeping) return;
    keeping = true;
    navigator.serviceWorker.addEventListener("message", ({ data }) => {
      if (data?.shangmen === "kept" || data?.shangmen === "update-ready") {
        performance.mark(`shangmen-${data.shangmen}`);
        tell(data.shangmen, data);
      }
    });
    lookForUpdate();
    setInterval(lookForUpdate, HOUR_MS);
  }

  /** Has the service worker ask for a newer version; it is fetched whole, and taken at the next start. */
  async function lookForUpdate() {
    if (!keeping || !navigator.onLine) return;
    try {
      // The service worker keeps the files of what draws here and not those of the other ways.
      await (await caches.open("shangmen-state-1")).put("/draws", new Response(drawing));
      // Also where the first attempt broke off: what it brought is still there.
      const registration = await navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" });
      registration.active?.postMessage({ shangmen: "check" });
    } catch (error) {
      // A phone that believes it has a network while the server is away: the version that is there goes on.
      console.info("service worker:", error.message);
    }
  }

  function askServiceWorker(question) {
    return new Promise((resolve) => {
      const controller = navigator.serviceWorker?.controller;
      if (!controller) return resolve(null);
      const channel = new MessageChannel();
      channel.port1.onmessage = ({ data }) => resolve(data);
      controller.postMessage(question, [channel.port2]);
    });
  }

  // ---- begin --------------------------------------------------------------------------------------

  /** What the app cannot do without, and a browser of before 2024 may lack. */
  function lacking() {
    const needed = {
      WebAssembly: typeof WebAssembly === "object",
      "Object.hasOwn": typeof Object.hasOwn === "function",
      "Intl.Locale": typeof Intl.Locale === "function",
      "Intl.Segmenter": typeof Intl.Segmenter === "function",
      "AbortSignal.timeout": typeof AbortSignal.timeout === "function",
      BroadcastChannel: typeof BroadcastChannel === "function",
      "navigator.locks": Boolean(navigator.locks),
      "navigator.storage.getDirectory": Boolean(navigator.storage?.getDirectory),
    };
    return Object.keys(needed).filter((name) => !needed[name]);
  }

  addEventListener("error", nobodyCaught, true); // scripts that do not come do not bubble
  addEventListener("unhandledrejection", nobodyCaught);
  shangmenCamera.listen(tell);
  addEventListener("online", () => {
    tell("online");
    lookForUpdate();
  });
  addEventListener("offline", () => tell("offline"));
  addEventListener("error", ({ error }) => hearWasm(error));
  addEventListener("unhandledrejection", ({ reason }) => hearWasm(reason));
  document.addEventListener("visibilitychange", () => {
    flutterSign = performance.now(); // a page that is not seen draws nothing
    tell(document.visibilityState);
  });
  addEventListener("pagehide", () => tell("hidden"));
  addEventListener("pageshow", (event) => {
    // WebKit brings a page back from its history with Flutter's frames broken; what was saved or drafted is kept.
    if (event.persisted && (navigator.vendor || "").startsWith("Apple")) location.reload();
  });
  setInterval(() => {
    const forFlutter = pythonWaits && !connection;
    if (!usable && !faulty && !plain && !forFlutter && worker && performance.now() - lastSign > STALLED_MS)
      withoutSnapshot(`no sign of life for ${STALLED_MS / 1000} s`);
    if (document.visibilityState === "visible") lookForSilence();
  }, 5_000);

  if (!isSecureContext) fault("insecure", location.href);
  else if (lacking().length) fault("browser", `${lacking()}\n${navigator.userAgent}`);
  else {
    onlyRealLanguages();
    startWorker();
  }

  return { flutterReady, flutterFailed, drawsWith, build: BUILD, isPlain: () => plain };
})();

"use strict";
// The page's own camera: the live picture over the part of the window that a screen leaves free for it, codes seen in it,
// photos out of it; pictures chosen from the device; where the device is. Python asks (app/device/browser/camera.py).
//
// Flutter draws into a canvas and cannot hold a video, so the video lies over it, touches go through to what is beneath.
// Pictures are looked at in a worker of their own (lens.js): neither the screen nor Python stands still meanwhile.

const shangmenCamera = (() => {
  const SAME_AGAIN_MS = 2_500; // a code that stays in view is told again after this
  const LOOK_EVERY_MS = 90;
  const PICK_MOST_BYTES = 60_000_000;

  // ---- the lens --------------------------------------------------------------------------------

  let lens = null;
  const waiting = new Map();
  let asked = 0;

  function askLens(question, transfer = []) {
    if (!lens) {
      lens = new Worker("/lens.js", { type: "module", name: "lens" });
      lens.onmessage = ({ data }) => {
        const { resolve, reject } = waiting.get(data.id);
        waiting.delete(data.id);
        if ("error" in data) reject(new Error(data.error));
        else resolve(data.value);
      };
      lens.onerror = (event) => {
        event.preventDefault();
        for (const { reject } of waiting.values()) reject(new Error(`lens.js: ${event.message}`));
        waiting.clear();
        lens = null;
      };
    }
    return new Promise((resolve, reject) => {
      const id = ++asked;
      waiting.set(id, { resolve, reject });
      lens.postMessage({ id, ...question }, transfer);
    });
  }

  // ---- the live picture ------------------------------------------------------------------------

  let view = null; // {frame, video, stream, track, scanning}
  let opening = 0;
  let tell = () => {};

  function why(error) {
    const kinds = {
      NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "none", OverconstrainedError: "none",
      NotReadableError: "busy", AbortError: "busy", NotSupportedError: "unsupported",
    };
    if (!kinds[error.name]) console.error("camera:", error);
    return kinds[error.name] ?? "broken";
  }

  function move({ top, bottom }) {
    if (!view) return;
    view.frame.style.top = `${top}px`;
    view.frame.style.bottom = `${bottom}px`;
  }

  /** Shows the live picture between `top` and `bottom` (pixels from the window's edges). {ok, torch} or {error}. */
  async function open({ top, bottom, scan }) {
    close();
    const mine = ++opening;
    if (!navigator.mediaDevices?.getUserMedia) return { error: "unsupported" };
    if (scan) askLens({ what: "warm" }).catch((error) => console.error("decoder:", error));
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: { ideal: "environment" }, width: { ideal: scan ? 1280 : 1920 }, height: { ideal: scan ? 720 : 1440 } },
      });
    } catch (error) {
      return { error: why(error) };
    }
    if (mine !== opening) {
      stopTracks(stream);
      return { error: "left" };
    }
    const frame = document.createElement("div");
    frame.id = "camera";
    frame.className = scan ? "scanning" : "taking";
    const video = document.createElement("video");
    Object.assign(video, { muted: true, playsInline: true, autoplay: true, srcObject: stream });
    frame.append(video);
    if (scan) frame.append(Object.assign(document.createElement("div"), { className: "aim" }));
    document.body.append(frame);
    const track = stream.getVideoTracks()[0];
    view = { frame, video, stream, track, scanning: scan };
    move({ top, bottom });
    track.addEventListener("ended", () => {
      // Another app took the camera, or its cable was pulled.
      if (view?.track === track) {
        close();
        tell("camera-ended");
      }
    });
    try {
      await video.play();
    } catch (error) {
      if (mine !== opening) return { error: "left" };
      close();
      return { error: why(error) };
    }
    if (scan) look(view);
    return { ok: true, torch: Boolean(track.getCapabilities?.().torch), width: video.videoWidth, height: video.videoHeight };
  }

  async function look(of) {
    let last = "";
    let lastAt = 0;
    while (view === of && of.scanning) {
      const begun = performance.now();
      if (of.video.readyState >= 2 && document.visibilityState === "visible") {
        try {
          const bitmap = await createImageBitmap(of.video);
          const [text] = await askLens({ what: "decode", bitmap }, [bitmap]);
          if (view !== of) return;
          if (text && (text !== last || begun - lastAt > SAME_AGAIN_MS)) {
            [last, lastAt] = [text, begun];
            tell("code", text);
          }
        } catch (error) {
          if (view !== of) return;
          console.error("scan:", error);
          tell("scan-broken", String(error));
          return;
        }
      }
      await new Promise((next) => setTimeout(next, Math.max(10, LOOK_EVERY_MS - (performance.now() - begun))));
    }
  }

  function stopTracks(stream) {
    for (const track of stream.getTracks()) track.stop();
  }

  function close() {
    opening++;
    if (!view) return;
    const { frame, video, stream } = view;
    view = null;
    stopTracks(stream);
    video.srcObject = null;
    frame.remove();
  }

  async function torch(on) {
    if (!view) return false;
    try {
      await view.track.applyConstraints({ advanced: [{ torch: on }] });
    } catch (error) {
      console.warn("torch:", error);
      return false;
    }
    return true;
  }

  /** The picture as it is now, made small enough. */
  async function take(limits) {
    if (!view || view.video.readyState < 2) throw new Error("no picture yet");
    const bitmap = await createImageBitmap(view.video);
    view.frame.classList.add("shot");
    const { frame } = view;
    setTimeout(() => frame.classList.remove("shot"), 160);
    return askLens({ what: "shrink", bitmap, ...limits }, [bitmap]);
  }

  // ---- a picture from the device -----------------------------------------------------------------

  /** Lets somebody choose a file of the device; its name and bytes, or null when they chose none. */
  function pick(accept, id) {
    return new Promise((resolve, reject) => {
      const input = Object.assign(document.createElement("input"), { type: "file", accept, id });
      input.style.display = "none";
      const done = (value) => {
        input.remove();
        resolve(value);
      };
      input.addEventListener("cancel", () => done(null));
      input.addEventListener("change", async () => {
        const [file] = input.files;
        input.remove();
        if (!file) return resolve(null);
        if (file.size > PICK_MOST_BYTES) return reject(new Error("too large"));
        try {
          resolve({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()), changed: file.lastModified });
        } catch (error) {
          reject(error);
        }
      });
      document.body.append(input);
      input.click();
    });
  }

  // ---- where the device is -------------------------------------------------------------------------

  function position(patience) {
    return new Promise((resolve) => {
      if (!navigator.geolocation) return resolve({ error: "unsupported" });
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy }),
        (error) => resolve({ error: { 1: "denied", 2: "none", 3: "late" }[error.code] ?? "none" }),
        { enableHighAccuracy: true, timeout: patience, maximumAge: 60_000 },
      );
    });
  }

  const bytesOf = (bytes) => (bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));

  return {
    /** What Python may ask of the page (page.js, ANSWERS). */
    answers: {
      "camera-open": (asked) => open(asked),
      "camera-move": (where) => move(where),
      "camera-close": () => close(),
      "camera-torch": (on) => torch(on),
      "camera-take": (limits) => take(limits),
      "picture-pick": () => pick("image/*", "pick-picture"),
      "file-pick": (accept) => pick(accept, "pick-file"),
      "picture-decode": (bytes) => askLens({ what: "decode", bytes: bytesOf(bytes) }),
      "picture-shrink": (bytes, limits) => askLens({ what: "shrink", bytes: bytesOf(bytes), ...limits }),
      position: (patience) => position(patience),
    },
    /** How Python is told of codes. */
    listen: (told) => (tell = told),
  };
})();

"use strict";
// Stands in the place of an animation engine that Flet asks for at every start and this app does not use: it is never
// ready, and whoever waits for it draws nothing. Asked for as "/left-out/./././…/wasm/rive_native.js" (flet_client.py).
globalThis.RiveNative = () => new Promise(() => {});

"use strict";
// Calling whoever has the app open: two tones, a vibration, a number on the icon. Python asks (app/device/browser/bell.py);
// what a browser cannot do it leaves, and each answer says what was done.

const shangmenBell = (() => {
  const TONES_HZ = [880, 1175];
  const TONE_S = 0.2;
  const APART_S = 0.22;
  const VIBRATION_MS = [180, 90, 180, 240]; // on, off, on, off
  let sound = null;

  // Browsers let a page be heard, and vibrate, once it was touched.
  addEventListener("pointerdown", () => (sound ??= newSound()), { once: true });

  function newSound() {
    const Kind = window.AudioContext ?? window.webkitAudioContext;
    return Kind ? new Kind() : null;
  }

  /** Calls once, three times when it is urgent. */
  async function ring(urgent, aloud) {
    const times = urgent ? 3 : 1;
    const vibrated = navigator.vibrate?.(Array(times).fill(VIBRATION_MS).flat()) ?? false;
    if (!sound || !aloud) return { vibrated, heard: false };
    await sound.resume();
    for (let n = 0; n < times * TONES_HZ.length; n++) {
      const at = sound.currentTime + APART_S * n;
      const tone = new OscillatorNode(sound, { frequency: TONES_HZ[n % TONES_HZ.length] });
      const loud = new GainNode(sound, { gain: 0 });
      loud.gain.setValueAtTime(0, at);
      loud.gain.linearRampToValueAtTime(0.4, at + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.001, at + TONE_S);
      tone.connect(loud).connect(sound.destination);
      tone.start(at);
      tone.stop(at + TONE_S);
    }
    return { vibrated, heard: sound.state === "running" };
  }

  /** Shows a number on the icon of the installed app; false where there is none. */
  async function badge(count) {
    if (!navigator.setAppBadge) return false;
    await (count ? navigator.setAppBadge(count) : navigator.clearAppBadge());
    return true;
  }

  return { answers: { ring, badge } };
})();

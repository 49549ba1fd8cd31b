// Looking at pictures, beside the page and beside Python: finds QR codes and makes photos small enough to keep.
//
// A worker of the page's (camera.js). Every message is {id, what, ...}; the answer is {id, value} or {id, error}.
//   decode {bitmap | bytes}  ->  [text, ...], the one nearest the middle first
//   shrink {bitmap | bytes, longSide, mostBytes, thumbSide, mostThumbBytes}  ->  {photo, thumbnail, width, height}
// A bitmap is closed here. The decoder is ZXing-C++ as WebAssembly (zxing/README.md), started at the first code.

const LOOK_AT = 1280; // pixels of the longer side in which codes are looked for: more takes longer and finds no more
const QUALITIES = [0.82, 0.74, 0.66, 0.58, 0.5];

const reader = import("./zxing/reader/index.js").then(async (zxing) => {
  await zxing.prepareZXingModule({
    overrides: { locateFile: (name) => new URL(`./zxing/reader/${name}`, self.location.href).href },
    fireImmediately: true,
  });
  return zxing;
});
reader.catch((error) => console.error("decoder:", error)); // told again to everybody who asks for it

async function bitmapOf({ bitmap, bytes }) {
  // Upright: a phone's camera notes in the file how it was held.
  return bitmap ?? createImageBitmap(new Blob([bytes]), { imageOrientation: "from-image" });
}

function drawn(bitmap, longSide, reading = false) {
  const scale = Math.min(1, longSide / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale)));
  const context = canvas.getContext("2d", { willReadFrequently: reading, alpha: false });
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return { canvas, context };
}

async function decode(asked) {
  const bitmap = await bitmapOf(asked);
  try {
    const zxing = await reader;
    const sizes = asked.bytes ? [LOOK_AT, 2 * LOOK_AT, LOOK_AT / 2] : [LOOK_AT];
    for (const size of sizes) {
      const { canvas, context } = drawn(bitmap, size, true);
      const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
      const found = await zxing.readBarcodes(pixels, {
        formats: ["QRCode"], tryHarder: true, tryRotate: true, tryInvert: true, tryDownscale: true, maxNumberOfSymbols: 8,
      });
      const fromMiddle = ({ position: p }) =>
        Math.hypot((p.topLeft.x + p.bottomRight.x - canvas.width) / 2, (p.topLeft.y + p.bottomRight.y - canvas.height) / 2);
      const codes = found.filter((one) => one.isValid && one.text).sort((a, b) => fromMiddle(a) - fromMiddle(b));
      if (codes.length) return codes.map((one) => one.text);
    }
    return [];
  } finally {
    bitmap.close();
  }
}

async function jpeg(bitmap, longSide, mostBytes) {
  for (let side = longSide; side >= 64; side = Math.round(side * 0.8)) {
    const { canvas } = drawn(bitmap, side);
    for (const quality of QUALITIES) {
      const blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
      if (blob.type !== "image/jpeg") throw new Error(`this browser makes ${blob.type}`);
      if (blob.size <= mostBytes) {
        return { bytes: new Uint8Array(await blob.arrayBuffer()), width: canvas.width, height: canvas.height };
      }
    }
  }
  throw new Error("not made small enough");
}

async function shrink(asked) {
  const bitmap = await bitmapOf(asked);
  try {
    const photo = await jpeg(bitmap, asked.longSide, asked.mostBytes);
    const small = await jpeg(bitmap, asked.thumbSide, asked.mostThumbBytes);
    return { photo: photo.bytes, thumbnail: small.bytes, width: photo.width, height: photo.height };
  } finally {
    bitmap.close();
  }
}

const ABLE = { decode, shrink, warm: () => reader.then(() => true) };

self.onmessage = async ({ data }) => {
  try {
    const value = await ABLE[data.what](data);
    self.postMessage({ id: data.id, value }, value?.photo ? [value.photo.buffer, value.thumbnail.buffer] : []);
  } catch (error) {
    self.postMessage({ id: data.id, error: String(error) });
  }
};

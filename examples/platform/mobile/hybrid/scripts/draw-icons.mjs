// Draws the launcher icons for Android 5 to 7, which know no adaptive icons: `node scripts/draw-icons.mjs`, then commit.
import { mkdirSync, writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

const SIZES = { mdpi: 48, hdpi: 72, xhdpi: 96, xxhdpi: 144, xxxhdpi: 192 };
// In units of the 108 x 108 drawing of ic_launcher_foreground.xml.
const PULSE = [[29.8, 56.2], [40.8, 56.2], [47.4, 38.6], [58.4, 69.4], [65, 51.8], [68.3, 56.2], [78.2, 56.2]];
const STROKE = 5.5;
const SQUARE = { from: 21, to: 87, radius: 15 };
const SAMPLES = 6;

function distanceToPulse(x, y) {
  let nearest = Infinity;
  for (let i = 1; i < PULSE.length; i++) {
    const [ax, ay] = PULSE[i - 1];
    const [dx, dy] = [PULSE[i][0] - ax, PULSE[i][1] - ay];
    const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
    nearest = Math.min(nearest, Math.hypot(x - ax - along * dx, y - ay - along * dy));
  }
  return nearest;
}

function isInSquare(x, y) {
  const half = (SQUARE.to - SQUARE.from) / 2;
  const overhang = (value) => Math.max(Math.abs(value - 54) - half + SQUARE.radius, 0);
  return Math.hypot(overhang(x), overhang(y)) <= SQUARE.radius;
}

/** Red, green, blue, alpha of one point. */
function colourAt(x, y) {
  if (!isInSquare(x, y)) return [0, 0, 0, 0];
  if (distanceToPulse(x, y) <= STROKE / 2) return [255, 255, 255, 255];
  const shade = (x + y - 2 * SQUARE.from) / (2 * (SQUARE.to - SQUARE.from));
  return [20 - 9 * shade, 132 - 50 * shade, 122 - 40 * shade, 255];
}

/** The visible part of the drawing, with a margin as older launchers expect it. */
function sample(pixel, index, size) {
  return 18 + ((pixel + (index + 0.5) / SAMPLES) * 72) / size;
}

function draw(size) {
  const lines = [];
  for (let row = 0; row < size; row++) {
    const line = Buffer.alloc(1 + size * 4);
    for (let column = 0; column < size; column++) {
      const sum = [0, 0, 0, 0];
      for (let i = 0; i < SAMPLES * SAMPLES; i++) {
        const x = sample(column, i % SAMPLES, size);
        const y = sample(row, Math.floor(i / SAMPLES), size);
        const [red, green, blue, alpha] = colourAt(x, y);
        sum[0] += red * alpha;
        sum[1] += green * alpha;
        sum[2] += blue * alpha;
        sum[3] += alpha;
      }
      const at = 1 + column * 4;
      for (let channel = 0; channel < 3; channel++)
        line[at + channel] = sum[3] === 0 ? 0 : Math.round(sum[channel] / sum[3]);
      line[at + 3] = Math.round(sum[3] / (SAMPLES * SAMPLES));
    }
    lines.push(line);
  }
  return png(size, Buffer.concat(lines));
}

function png(size, pixels) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [['IHDR', header], ['IDAT', deflateSync(pixels, { level: 9 })], ['IEND', Buffer.alloc(0)]];
  return Buffer.concat([signature, ...chunks.map(([type, data]) => chunk(type, data))]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

for (const [density, size] of Object.entries(SIZES)) {
  const folder = new URL(`../res/mipmap-${density}/`, import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('ic_launcher.png', folder), draw(size));
}

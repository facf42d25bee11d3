// Draws the icons of the app: a pulse line on a rounded teal square. `npm run icons`, then commit.
import { mkdirSync, writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

const folder = new URL('../public/icons/', import.meta.url);
const PULSE = [
  [5, 17],
  [10, 17],
  [13, 9],
  [18, 23],
  [21, 15],
  [22.5, 17],
  [27, 17],
];
const SAMPLES = 4;

/** Distance of a point from the pulse line, in units of the 32 x 32 drawing. */
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

/** Whether a point lies in the square with corners rounded by `radius`. */
function isInside(x, y, radius) {
  const [dx, dy] = [Math.max(Math.abs(x - 16) - 16 + radius, 0), Math.max(Math.abs(y - 16) - 16 + radius, 0)];
  return Math.hypot(dx, dy) <= radius;
}

/** Colour of one point: red, green, blue, alpha. */
function colourAt(x, y, { radius, shrink }) {
  if (!isInside(x, y, radius)) return [0, 0, 0, 0];
  const [px, py] = [(x - 16) / shrink + 16, (y - 16) / shrink + 16];
  if (distanceToPulse(px, py) <= 1.25) return [255, 255, 255, 255];
  const shade = (x + y) / 64;
  return [20 - 9 * shade, 132 - 50 * shade, 122 - 40 * shade, 255];
}

function draw(size, shape) {
  const rows = [];
  for (let row = 0; row < size; row++) {
    const line = Buffer.alloc(1 + size * 4);
    for (let column = 0; column < size; column++) {
      const sum = [0, 0, 0, 0];
      for (let i = 0; i < SAMPLES * SAMPLES; i++) {
        const x = ((column + ((i % SAMPLES) + 0.5) / SAMPLES) * 32) / size;
        const y = ((row + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES) * 32) / size;
        const [red, green, blue, alpha] = colourAt(x, y, shape);
        sum[0] += red * alpha;
        sum[1] += green * alpha;
        sum[2] += blue * alpha;
        sum[3] += alpha;
      }
      for (let channel = 0; channel < 3; channel++)
        line[1 + column * 4 + channel] = sum[3] === 0 ? 0 : Math.round(sum[channel] / sum[3]);
      line[4 + column * 4] = Math.round(sum[3] / (SAMPLES * SAMPLES));
    }
    rows.push(line);
  }
  return png(size, Buffer.concat(rows));
}

function png(size, pixels) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [
    ['IHDR', header],
    ['IDAT', deflateSync(pixels, { level: 9 })],
    ['IEND', Buffer.alloc(0)],
  ];
  return Buffer.concat([signature, ...parts.map(([type, data]) => chunk(type, data))]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

mkdirSync(folder, { recursive: true });
for (const size of [192, 512])
  writeFileSync(new URL(`icon-${size}.png`, folder), draw(size, { radius: 8, shrink: 1 }));
// A launcher may cut a maskable icon to any shape: no corners, and the line within the inner 80 %.
writeFileSync(new URL('icon-maskable-512.png', folder), draw(512, { radius: 0, shrink: 0.78 }));
writeFileSync(
  new URL('icon.svg', folder),
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f766e"/>' +
    `<path d="M${PULSE.map((point) => point.join(' ')).join('L')}" fill="none" stroke="#fff" stroke-width="2.5" ` +
    'stroke-linecap="round" stroke-linejoin="round"/></svg>\n',
);

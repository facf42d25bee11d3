/** Search without a server: the words of all pages are one file, which is fetched when somebody begins to look. */
const root = document.body.dataset.root;
const query = document.getElementById('query');
const found = document.getElementById('found');
const count = document.getElementById('found-count');
const MOST = 12;
const AROUND = 60;

let entries;
async function load() {
  entries ??= fetch(`${root}search.json`)
    .then((answer) => answer.json())
    .then((all) =>
      all.map((entry) => ({
        ...entry,
        title: entry.t.toLowerCase(),
        heading: (entry.h ?? '').toLowerCase(),
        words: entry.w.toLowerCase(),
      })),
    );
  return entries;
}

/** How well a word fits a text: at the beginning of a word better than within one. */
function fit(text, word) {
  const at = text.indexOf(word);
  if (at < 0) return 0;
  const begins =
    at === 0 ||
    !/[\p{L}\p{N}]/u.test(text[at - 1]) ||
    new RegExp(`[^\\p{L}\\p{N}]${escaped(word)}`, 'u').test(text);
  return begins ? 2 : 1;
}

/** How well it fits, and how much of the text it is. */
function often(text, word) {
  const share = (text.split(word).length - 1) * (1000 / (text.length + 400));
  return fit(text, word) * (1 + Math.min(3, share));
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Every word has to be there; titles count before headings, and those before the rest. */
function score(entry, words) {
  let sum = 0;
  for (const word of words) {
    const value = 12 * fit(entry.title, word) + 8 * fit(entry.heading, word) + often(entry.words, word);
    if (value === 0) return 0;
    sum += value;
  }
  const whole = words.join(' ');
  if (entry.title === whole || entry.heading === whole) sum += 60;
  return entry.h === undefined ? sum + 3 : sum;
}

function snippet(entry, words) {
  const places = words.map((word) => entry.words.indexOf(word)).filter((at) => at >= 0);
  const at = places.length === 0 ? 0 : Math.min(...places);
  const from = Math.max(0, entry.w.lastIndexOf(' ', Math.max(0, at - AROUND)));
  const text = entry.w.slice(from, at + 2 * AROUND);
  return `${from > 0 ? '… ' : ''}${text.trim()}${at + 2 * AROUND < entry.w.length ? ' …' : ''}`;
}

/** The text with what was looked for marked; never as HTML. */
function marked(text, words) {
  const parts = text.split(new RegExp(`(${words.map(escaped).join('|')})`, 'iu'));
  return parts.map((part, at) => {
    if (at % 2 === 0) return part;
    const mark = document.createElement('mark');
    mark.textContent = part;
    return mark;
  });
}

function item(entry, words) {
  const link = document.createElement('a');
  link.href = `${root}${entry.a}`;
  const title = document.createElement('strong');
  title.append(...marked(entry.h ?? entry.t, words));
  link.append(title);
  if (entry.h !== undefined) link.append(` ${entry.t}`);
  const text = document.createElement('span');
  text.append(...marked(snippet(entry, words), words));
  link.append(text);
  return link;
}

let latest = 0;
async function show() {
  const turn = ++latest;
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    found.hidden = true;
    count.textContent = '';
    return;
  }
  const all = await load();
  if (turn !== latest) return;
  const best = all
    .map((entry) => ({ entry, value: score(entry, words) }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value);
  count.textContent = best.length === 1 ? '1 section' : `${best.length} sections`;
  found.replaceChildren(...best.slice(0, MOST).map(({ entry }) => item(entry, words)));
  if (best.length === 0) found.textContent = 'Nothing has these words.';
  if (best.length > MOST) {
    const rest = document.createElement('p');
    rest.textContent = `${best.length - MOST} more: add a word`;
    found.append(rest);
  }
  found.hidden = false;
}

function leave() {
  query.value = '';
  found.hidden = true;
  count.textContent = '';
  query.focus();
}

query.addEventListener('focus', load, { once: true });
query.addEventListener('input', show);
document.addEventListener('keydown', (event) => {
  const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    query.focus();
  } else if (event.key === 'Escape' && !found.hidden) leave();
  else if (event.key === 'Enter' && event.target === query) found.querySelector('a')?.click();
  else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !found.hidden) {
    const stops = [query, ...found.querySelectorAll('a')];
    const at = stops.indexOf(event.target);
    if (at < 0) return;
    event.preventDefault();
    stops[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
  }
});
document.addEventListener('click', (event) => {
  if (!event.target.closest('.find')) found.hidden = true;
});

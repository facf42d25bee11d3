import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, mock, test } from 'node:test';
import { Window } from 'happy-dom';
import { act, createElement } from 'react';

const { states } = await import('#model').then(({ default: model }) => model);
const window = new Window({ url: 'http://localhost/', width: 390, height: 844 });

before(() => {
  const { document, navigator, location } = window;
  const dom = { window, document, location, HTMLElement: window.HTMLElement };
  Object.assign(globalThis, dom, {
    IS_REACT_ACT_ENVIRONMENT: true,
    __BUILD__: { version: '1.2.3', number: '7', commit: '0123456789abcdef' },
    addEventListener: window.addEventListener.bind(window),
    removeEventListener: window.removeEventListener.bind(window),
  });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
});
after(() => window.happyDOM.close());

let leave = async () => {};
beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
afterEach(async () => {
  await leave();
  mock.timers.reset();
  mock.restoreAll();
});

/** The page as it is opened at an address. */
async function open(search: string) {
  const { createRoot } = await import('react-dom/client');
  const { App } = await import('../src/app.tsx');
  window.happyDOM.setURL(`http://localhost/${search}`);
  const place = window.document.createElement('div');
  window.document.body.replaceChildren(place);
  const root = createRoot(place as unknown as Element);
  leave = () => act(async () => root.unmount());
  await act(async () => root.render(createElement(App)));
  return {
    text: () => place.textContent,
    state: () => place.querySelector('.page')?.getAttribute('data-state'),
    button: (name: string) => [...place.querySelectorAll('button')].find(({ textContent }) => textContent === name),
    sliders: () => [...place.querySelectorAll('input')],
    wait: (ms: number) => act(async () => mock.timers.tick(ms)),
  };
}

test('shows what the model judges, and what may be done', async () => {
  const page = await open('');
  assert.equal(page.state(), states[0]);
  assert.match(page.text(), /The platform is/);
  assert.match(page.text(), /1\.2\.3/);
});

test('plays a scenario until it is judged as what it is, unless it is paused', async () => {
  const page = await open('');
  const scenario = page.button('Memory leak');
  assert.ok(scenario, page.text());
  await act(async () => scenario.click());
  assert.equal(scenario.getAttribute('aria-pressed'), 'true');
  for (let moment = 0; moment < 14; moment++) await page.wait(900);
  assert.notEqual(page.state(), states[0]);
  await act(async () => page.button('Pause')?.click());
  const before = page.text();
  await page.wait(5000);
  assert.equal(page.text(), before.replace('Pause', 'Resume'));
});

test('a slider moves a signal', async () => {
  const page = await open('');
  const [slider] = page.sliders();
  assert.ok(slider);
  // As a hand does it: React replaces the property on the element.
  const property = Object.getOwnPropertyDescriptor(window.HTMLInputElement.prototype, 'value');
  await act(async () => {
    property?.set?.call(slider, slider.max);
    slider.dispatchEvent(new window.Event('input', { bubbles: true }));
  });
  assert.equal(page.sliders()[0]?.value, slider.max);
});

test('shows the samples of the platform when it is asked for them, and says when there are none', async () => {
  const sample = { cpu: 20, memory: 30, latency: 40, errors: 0 };
  let answers = () => Promise.resolve(Response.json({ last: 12, samples: Array(12).fill(sample) }));
  const fetched = mock.method(globalThis, 'fetch', () => answers());
  const page = await open('?live');
  assert.match(page.text(), /Waiting for telemetry: 0 of/);
  assert.equal(page.sliders().length, 0);
  await page.wait(1000);
  await act(async () => {});
  assert.equal(page.state(), states[0]);
  answers = () => Promise.resolve(new Response('', { status: 503 }));
  await page.wait(1000);
  await act(async () => {});
  assert.match(page.text(), /The platform does not answer/);
  assert.match(String(fetched.mock.calls.at(-1)?.arguments[0]), /after=12$/);
});

test('says when the network is gone', async () => {
  const page = await open('');
  const online = page.text();
  const isOnline = mock.getter(window.navigator, 'onLine', () => false);
  await act(async () => void window.dispatchEvent(new window.Event('offline')));
  assert.notEqual(page.text(), online);
  isOnline.mock.restore();
  await act(async () => void window.dispatchEvent(new window.Event('online')));
  assert.equal(page.text(), online);
});

test('begins in the element of index.html', async () => {
  window.document.body.innerHTML = '<div id="root"></div>';
  await act(async () => void (await import('../src/main.tsx')));
  assert.match(window.document.getElementById('root')?.textContent ?? '', /Telemetry/);
});

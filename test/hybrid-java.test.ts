/** The Java and TypeScript that a hybrid app is given, run: Java on the platform's own classes, on this machine's JVM. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { BridgeMethod } from '../src/config/index.ts';
import { deepLink } from '../src/rules/hybrid/deep-links.ts';
import { bridgeModule } from '../src/rules/pwa/bridge-module.ts';
import { compileHybrid, findTools } from './hybrid-example.ts';

const BRIDGE: readonly BridgeMethod[] = [
  { name: 'fail', parameters: [] },
  {
    name: 'greet',
    parameters: [
      { name: 'who', type: 'text' },
      { name: 'isLoud', type: 'boolean' },
    ],
    returns: 'text',
  },
  { name: 'half', parameters: [{ name: 'of', type: 'number' }], returns: 'number' },
];

/** Prints what each argument gives: `link:<address>`, `data:<address>`, or a call of the bridge. */
const MAIN = `package com.example;

public final class Main implements NativeBridge {
    public void fail() { throw new IllegalStateException("no \\"luck\\""); }
    public String greet(String who, boolean isLoud) { return isLoud ? who.toUpperCase(java.util.Locale.ROOT) : who; }
    public double half(double of) { return of / 2; }

    public static void main(String[] args) {
        NativeBridgePort port = new NativeBridgePort(null, new Main());
        for (String each : args) {
            if (each.startsWith("link:")) {
                System.out.println(SiteLinks.inside(android.net.Uri.parse(each.substring(5))));
            } else if (each.startsWith("own:")) {
                System.out.println(SiteAssets.isOwn(android.net.Uri.parse(each.substring(4))));
            } else if (each.startsWith("data:")) {
                System.out.println(new String(SiteDownloads.contentOf(each), java.nio.charset.StandardCharsets.UTF_8));
            } else {
                System.out.println(port.answer(each));
            }
        }
    }
}
`;

/** Compiles an app that has everything, and answers questions by its `Main`. */
function compiled(t: TestContext): ((questions: readonly string[]) => string[]) | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'hybrid-java-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const tools = findTools(folder);
  if (typeof tools === 'string') {
    t.skip(`not run: ${tools} is missing`);
    return undefined;
  }
  const deepLinks = ['https://example.org/app', 'demo://open'].map(deepLink);
  const platform = tools['android-platform']!.jar!;
  const app = { applicationId: 'com.example', deepLinks, bridge: BRIDGE };
  compileHybrid({ folder, platform }, app, { 'Main.java': MAIN });
  return (questions) => {
    const ran = spawnSync('java', ['-cp', `classes:${platform}`, 'com.example.Main', ...questions], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(ran.status, 0, ran.stderr);
    return ran.stdout.replace(/\n$/, '').split('\n');
  };
}

test('the app answers its site, and refuses what the declaration does not say', (t) => {
  const ask = compiled(t);
  if (!ask) return;
  const call = (method: string, ...values: unknown[]): string =>
    JSON.stringify({ id: 7, method, arguments: values });
  const expected: readonly (readonly [question: string, answer: object | null])[] = [
    [call('greet', 'ä"b', true), { id: 7, result: 'Ä"B' }],
    [call('half', 3), { id: 7, result: 1.5 }],
    [call('fail'), { id: 7, error: 'no "luck"' }],
    [call('half', '3'), { id: 7, error: 'argument 0 is no Number' }],
    [call('half', 1, 2), { id: 7, error: '2 arguments in place of 1' }],
    [call('greet', null, true), { id: 7, error: 'argument 0 is no String' }],
    [call('getClass'), { id: 7, error: 'no method getClass' }],
    ['{"id": "x"', null],
  ];
  const answers = ask(expected.map(([question]) => question));
  assert.deepEqual(
    answers.map((each) => JSON.parse(each)),
    expected.map(([, answer]) => answer),
  );
});

test('addresses outside the app are pages of the site, and only those that are declared', (t) => {
  const ask = compiled(t);
  if (!ask) return;
  const top = 'https://appassets.androidplatform.net/';
  const expected: Readonly<Record<string, string>> = {
    'link:https://example.org/app/': top,
    'link:https://EXAMPLE.org/app/a%20b/c?x=1#y': `${top}a%20b/c?x=1#y`,
    'link:demo://open': top,
    'link:demo://open/page': `${top}page`,
    'link:https://example.org/application': 'null',
    'link:https://example.org:8443/app/': 'null',
    'link:https://example.org.evil.example/app/': 'null',
    'link:http://example.org/app/': 'null',
    'link:demo:open': 'null',
    [`own:${top}x`]: 'true',
    'own:http://appassets.androidplatform.net/': 'false',
    'own:https://appassets.androidplatform.net:8443/': 'false',
    'data:text/plain;base64,w6Q=': 'ä',
    'data:,a%20%C3%A4': 'a ä',
    'data:': '',
  };
  assert.deepEqual(ask(Object.keys(expected)), Object.values(expected));
});

test('the module of a site calls the app, and finds none in a browser', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const load = async (name: string, hostname: string) => {
    const listeners: ((event: object) => void)[] = [];
    Object.assign(globalThis, {
      location: { hostname },
      addEventListener: (_: string, listener: (event: object) => void) => listeners.push(listener),
      removeEventListener: () => listeners.pop(),
    });
    writeFileSync(join(folder, name), bridgeModule(BRIDGE));
    const { nativeBridge } = (await import(pathToFileURL(join(folder, name)).href)) as {
      nativeBridge: Promise<Record<string, (...values: unknown[]) => Promise<unknown>> | undefined>;
    };
    return { nativeBridge, listeners };
  };
  assert.equal(await (await load('browser.ts', 'example.org')).nativeBridge, undefined);

  const { nativeBridge, listeners } = await load('app.ts', 'appassets.androidplatform.net');
  const { port1: page, port2: app } = new MessageChannel();
  t.after(() => page.close());
  const data = 'mobileops native bridge';
  const stopImmediatePropagation = (): void => {};
  listeners[0]!({ data, source: {}, ports: [app], stopImmediatePropagation });
  assert.equal(listeners.length, 1, 'a frame cannot pass itself off as the app');
  listeners[0]!({ data, source: null, ports: [page], stopImmediatePropagation });
  app.addEventListener('message', (event) => {
    const { id, method, arguments: values } = JSON.parse((event as unknown as { data: string }).data);
    app.postMessage(
      JSON.stringify(method === 'half' ? { id, result: values[0] / 2 } : { id, error: 'no luck' }),
    );
  });
  app.start();
  const bridge = await nativeBridge;
  assert.equal(await bridge!.half!(3), 1.5);
  await assert.rejects(bridge!.fail!(), /^Error: no luck$/);
});

test('the module is typed as declared', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'native-bridge.ts'), bridgeModule(BRIDGE));
  const use = `import { nativeBridge } from './native-bridge.ts';
const app = await nativeBridge;
const half: number | undefined = await app?.half(3);
const text: string | undefined = await app?.greet('a', true);
const nothing: void | undefined = await app?.fail();
`;
  const wrong =
    "// @ts-expect-error: a number is asked for\nawait app?.half('3');\nexport { half, text, nothing };\n";
  writeFileSync(join(folder, 'use.ts'), use + wrong);
  const argv = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--noUnusedLocals',
    '--allowImportingTsExtensions',
    '--target',
    'es2022',
    '--module',
    'esnext',
    '--lib',
    'es2022,dom',
    '--types',
    '',
    'use.ts',
  ];
  const tsc = join(import.meta.dirname, '..', 'node_modules', '.bin', 'tsc');
  const done = spawnSync(process.execPath, [tsc, ...argv], { cwd: folder, encoding: 'utf8' });
  assert.equal(done.stdout + done.stderr, '');
});

import { posix } from 'node:path';
import { ok } from '../../base/index.ts';
import type { LoopbackAnswer } from '../../host/index.ts';
import { filesIn } from '../folder.ts';
import { badInput, type Tool, type ToolContext, usage } from '../tool.ts';
import { Browser, CHROMIUM_PLACES } from './browser.ts';
import { siteBase } from './site-html.ts';

/** Phones as their browsers see them: small, usual, large. */
const SCREENS = [
  { width: 360, height: 640, scale: 2 },
  { width: 390, height: 844, scale: 2 },
  { width: 430, height: 932, scale: 2 },
];
const COLOURS = ['light', 'dark'] as const;
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};
/** The action has no network, which a page may show; the pictures are of a phone that has. */
const ONLINE = "Object.defineProperty(Navigator.prototype, 'onLine', { get: () => true })";
/** Whatever a page waits for takes no longer on a slow machine. */
const WAIT_MS = 60_000;

interface Case {
  readonly name: string;
  /** Why it failed; all is well when it is empty. */
  readonly problems: readonly string[];
}

/**
 * `web-check v1 <site> <out>`: opens a built site in Chromium, and writes `<out>/junit.xml`: whether it can be installed,
 * starts without its server and runs without an error; and `<out>/screenshots/`: its start page on phones. Where the machine has no
 * Chromium, the report says that nothing was made, by name. Fails when a case fails.
 */
export const webCheck: Tool = async (operands, context) => {
  const [site, out] = operands;
  if (operands.length !== 2 || site === undefined || out === undefined)
    return usage('web-check <site> <out>');
  const { fs, workingDirectory } = context;
  const to = posix.resolve(workingDirectory, out);
  fs.makeDirectory(posix.join(to, 'screenshots'));
  const program = CHROMIUM_PLACES.find((path) => fs.lstat(path)?.type === 'file');
  if (!program || !context.host || !context.listen) {
    fs.writeFile(posix.join(to, 'junit.xml'), notMade('not made: chromium is missing'));
    return ok(undefined);
  }
  const profile = posix.join(context.temporaryDirectory, 'profile');
  fs.makeDirectory(profile);
  const browser = await Browser.open({ processes: context.host.processes, program, profile });
  try {
    const cases = await checkSite(context, browser, { site: posix.resolve(workingDirectory, site), to });
    fs.writeFile(posix.join(to, 'junit.xml'), report(cases));
    const problems = cases.flatMap((each) => each.problems.map((problem) => `${each.name}: ${problem}`));
    return problems.length > 0 ? badInput(problems.join('\n')) : ok(undefined);
  } finally {
    await browser.close();
  }
};

async function checkSite(
  context: ToolContext,
  browser: Browser,
  { site, to }: { readonly site: string; readonly to: string },
): Promise<Case[]> {
  const { fs } = context;
  const html = fs.readText(posix.join(site, 'index.html'));
  const base = siteBase(html, filesIn(fs, site)).replace(/^\.\/$/, '/');
  const server = await context.listen!((path) => answer(context, site, decoded(path, base)));
  const errors: string[] = [];
  browser.on((method, parameters) => errors.push(...errorsOf(method, parameters)));
  try {
    const address = `http://127.0.0.1:${server.port}${base}`;
    await browser.goTo(address);
    const installable = await installProblems(browser);
    const shown = await waited(browser.evaluate('document.title'), 'a title');
    await takeScreenshots(context, browser, { address, to });
    const online = [...errors];
    server.close();
    const offline = await offlineProblems(browser, { address, title: String(shown) });
    return [
      { name: 'can be installed', problems: installable },
      { name: 'starts without its server', problems: offline },
      { name: 'runs without an error', problems: [...new Set(online)] },
    ];
  } finally {
    server.close();
  }
}

/** A registration whose first worker cannot be installed is gone again. */
const WORKER = `(async () => {
  for (let seen = false, asked = 0; ; asked++) {
    const registration = await navigator.serviceWorker.getRegistration();
    if (registration?.active) return 'active';
    if (!registration && (seen || asked > 50)) return 'it has no service worker: none is registered, or it failed to install';
    seen ||= registration !== undefined;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
})()`;

async function installProblems(browser: Browser): Promise<string[]> {
  const worker = await waited(browser.evaluate(WORKER), 'its service worker').catch(String);
  const problems = worker === 'active' ? [] : [String(worker)];
  const { installabilityErrors = [] } = (await browser.send('Page.getInstallabilityErrors')) as {
    installabilityErrors?: { errorId: string }[];
  };
  const manifest = (await browser.send('Page.getAppManifest')) as { errors?: { message: string }[] };
  return [
    ...problems,
    ...installabilityErrors.map(({ errorId }) => errorId),
    ...(manifest.errors ?? []).map(({ message }) => `manifest: ${message}`),
  ];
}

async function offlineProblems(
  browser: Browser,
  { address, title }: { readonly address: string; readonly title: string },
): Promise<string[]> {
  try {
    await waited(browser.goTo(address), 'the start page');
    const again = await browser.evaluate('document.title');
    if (again !== title) return [`it shows ${JSON.stringify(again)} in place of ${JSON.stringify(title)}`];
    const hasContent = await browser.evaluate('document.body.childElementCount > 0');
    return hasContent === true ? [] : ['the page is empty'];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function takeScreenshots(
  { fs }: ToolContext,
  browser: Browser,
  { address, to }: { readonly address: string; readonly to: string },
): Promise<void> {
  const { identifier } = await browser.send('Page.addScriptToEvaluateOnNewDocument', { source: ONLINE });
  for (const colours of COLOURS)
    for (const { width, height, scale } of SCREENS) {
      await browser.send('Emulation.setDeviceMetricsOverride', {
        ...{ width, height, deviceScaleFactor: scale, mobile: true },
      });
      const features = [
        { name: 'prefers-color-scheme', value: colours },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ];
      await browser.send('Emulation.setEmulatedMedia', { features });
      await browser.goTo(address);
      await waited(browser.evaluate('document.fonts.ready.then(() => true)'), 'its fonts');
      const { data } = await browser.send('Page.captureScreenshot', { format: 'png' });
      const name = `phone-${width}x${height}-${colours}.png`;
      fs.writeFile(posix.join(to, 'screenshots', name), Buffer.from(String(data), 'base64'));
    }
  await browser.send('Page.removeScriptToEvaluateOnNewDocument', { identifier });
}

/** What a page threw, or was forbidden. */
function errorsOf(method: string, parameters: Readonly<Record<string, unknown>>): string[] {
  if (method === 'Runtime.exceptionThrown') {
    const { exceptionDetails } = parameters as {
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    return [exceptionDetails?.exception?.description ?? exceptionDetails?.text ?? 'an exception'];
  }
  const { entry } = parameters as { entry?: { source: string; level: string; text: string; url?: string } };
  if (method !== 'Log.entryAdded' || entry?.level !== 'error') return [];
  return [`${entry.text}${entry.url ? ` (${entry.url.replace(/^http:\/\/127\.0\.0\.1:\d+/, '')})` : ''}`];
}

/** The path below the site's place; `undefined` when it is elsewhere. */
function decoded(path: string, base: string): string | undefined {
  if (!path.startsWith(base)) return undefined;
  try {
    const inner = posix.normalize(decodeURIComponent(path.slice(base.length)) || '.');
    return inner.startsWith('..') || inner.includes('\0') ? undefined : inner;
  } catch {
    return undefined;
  }
}

function answer({ fs }: ToolContext, site: string, path: string | undefined): LoopbackAnswer {
  const inner = path === '.' || path?.endsWith('/') ? posix.join(path, 'index.html') : path;
  const file = inner === undefined ? undefined : posix.join(site, inner);
  if (file === undefined || fs.lstat(file)?.type !== 'file')
    return { status: 404, headers: {}, body: Buffer.from('') };
  const type = TYPES[posix.extname(file).toLowerCase()] ?? 'application/octet-stream';
  return { status: 200, headers: { 'content-type': type }, body: fs.readFile(file) };
}

async function waited<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${WAIT_MS / 1000} s`)), WAIT_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** For an attribute; what XML has no way to say becomes a question mark. */
const escaped = (text: string): string =>
  text.replace(/[\p{Cc}&<>"]/gu, (sign) =>
    /[\p{Cc}]/u.test(sign) && !/[\t\n]/.test(sign) ? '?' : `&#${sign.charCodeAt(0)};`,
  );

function report(cases: readonly Case[]): string {
  const failures = cases.filter(({ problems }) => problems.length > 0).length;
  const lines = cases.map(({ name, problems }) => {
    const text = problems.map((each) => `<failure message="${escaped(each)}"/>`).join('');
    return `    <testcase classname="chromium" name="${escaped(name)}">${text}</testcase>\n`;
  });
  return suite(`tests="${cases.length}" failures="${failures}"`, lines.join(''));
}

function notMade(reason: string): string {
  const skipped = `<skipped message="${escaped(reason)}"/>`;
  const name = 'installs, starts without its server, screenshots';
  const line = `    <testcase classname="chromium" name="${name}">${skipped}</testcase>\n`;
  return suite('tests="1" skipped="1"', line);
}

function suite(counts: string, cases: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="chromium" ${counts}>
${cases}  </testsuite>
</testsuites>
`;
}

/** The examples of docs/pwa.md and docs/hybrid.md are what the product accepts, and every key stands in one. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatLabel, renderDiagnostic } from '../src/base/index.ts';
import { loadParser, type MobileSpec } from '../src/config/index.ts';
import { hybridRule } from '../src/rules/hybrid/hybrid-rule.ts';
import { manifestExtras } from '../src/rules/hybrid/manifest-extras.ts';
import { pwaRule } from '../src/rules/pwa/pwa-rule.ts';
import { fakeContext } from '../src/rules/testing.ts';
import { compileHybrid, findTools } from './hybrid-example.ts';

const ROOT = join(import.meta.dirname, '..');
const page = (name: string): string => readFileSync(join(ROOT, 'docs', `${name}.md`), 'utf8');

function example(name: string, language: string): string {
  const text = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page(name))?.[1];
  assert.ok(text, `docs/${name}.md has no example in ${language}`);
  return text;
}

async function specOf(name: string): Promise<MobileSpec> {
  const { parseMobileBuild } = await loadParser();
  const parsed = parseMobileBuild({ path: `docs/${name}.md`, text: example(name, 'yaml') });
  assert.deepEqual(
    parsed.diagnostics.map((each) => renderDiagnostic(each)),
    [],
  );
  return parsed.value!.spec;
}

/** The web app as the graph would give it: with what is known of the hybrid one. */
async function webSpec(hybrid: MobileSpec): Promise<MobileSpec> {
  const spec = await specOf('pwa');
  const { applicationId, signing } = hybrid.android!;
  const declared = { directory: 'mobile/hybrid', applicationId, signing: signing! };
  const apps = spec.web!.apps!.map((each) => (each.kind === 'target' ? { ...each, declared } : each));
  return { ...spec, web: { ...spec.web!, apps } };
}

test('the examples are planned without a word', async () => {
  const hybrid = await specOf('hybrid');
  const web = await webSpec(hybrid);
  const packageJson = JSON.stringify({ scripts: { build: 'vite build' } });
  const site = pwaRule(
    fakeContext({ spec: web, files: { 'package.json': packageJson, 'art/icon.svg': '<svg/>' } }),
  );
  const java = { 'java/com/example/status/MainActivity.java': example('hybrid', 'java') };
  const app = hybridRule(
    fakeContext({ spec: hybrid, files: java, needs: ['app:web'], specs: { 'app:web': web } }),
  );
  const told = [...site.diagnostics, ...app.diagnostics].map((each) => renderDiagnostic(each));
  assert.deepEqual(told, []);
  const said = site.actions.slice(-2).map(({ description }) => description);
  const steps = said.flatMap((each) => each.replace(/^finish the site: /, '').split(', '));
  assert.equal(steps.length, 5);
  for (const step of steps) assert.ok(page('pwa').includes(`| ${step} |`), step);
  assert.ok(app.actions.every(({ owner }) => owner !== undefined && formatLabel(owner) === 'app:demo'));
});

test('every key of a web app, and of a hybrid one, stands in an example', () => {
  const schema = JSON.parse(readFileSync(join(ROOT, 'schemas/mobile-build.json'), 'utf8'));
  const { web } = schema.properties.spec.properties;
  const check = (keys: Readonly<Record<string, unknown>>, text: string) =>
    assert.deepEqual(
      Object.keys(keys).filter((key) => !text.includes(`${key}:`)),
      [],
    );
  check(web.properties, example('pwa', 'yaml'));
  check(web.properties.icon.properties, example('pwa', 'yaml'));
  check(web.properties.bridge.properties, example('pwa', 'yaml'));
  check(
    { site: 0, deepLinks: 0, label: 0, applicationId: 0, minSdk: 0, certificates: 0 },
    example('hybrid', 'yaml'),
  );
});

test('the manifest of the page adds to the generated one', () => {
  const { value, diagnostics } = manifestExtras({
    path: 'AndroidManifest.xml',
    text: example('hybrid', 'xml'),
  });
  assert.deepEqual(diagnostics, []);
  assert.match(value.top, /android\.permission\.CAMERA/);
});

test('the activity of the page answers the bridge of the other page', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mobile-docs-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const tools = findTools(folder);
  if (typeof tools === 'string') return t.skip(`not run: ${tools} is missing`);
  const applicationId = 'com.example.status';
  const bridge = (await specOf('pwa')).web!.bridge!.methods;
  const platform = tools['android-platform']!.jar!;
  const app = { applicationId, deepLinks: [], bridge };
  compileHybrid({ folder, platform }, app, { 'MainActivity.java': example('hybrid', 'java') });
});

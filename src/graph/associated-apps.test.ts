import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Diagnostic, parseLabel, renderDiagnostic } from '../base/index.ts';
import { DEFAULT_TARGET_SETTINGS, type Located, type MobileSpec } from '../config/index.ts';
import { buildGraph } from './build-graph.ts';

const located = (value: string): Located<string> => ({
  value,
  span: { file: { path: 'mobile/web/build.yaml', text: value }, start: 0, end: value.length },
});

function declaration(
  name: string,
  spec: Partial<MobileSpec> & Pick<MobileSpec, 'rule'>,
  implied: string[] = [],
) {
  return {
    label: parseLabel(`app:${name}`)!,
    directory: `mobile/${name}`,
    spec: { ...DEFAULT_TARGET_SETTINGS, ...spec },
    implied: implied.map(located),
  };
}

const web = (app: string) =>
  declaration('web', {
    rule: 'pwa',
    web: { script: 'build', output: 'dist', apps: [{ kind: 'target', app: located(app) }] },
  });
const signing = { storeFile: located('k.p12'), keyAlias: 'k', kind: 'debug' } as const;
const android = { applicationId: 'a.b', label: 'b', compileSdk: 34, minSdk: 21, targetSdk: 34, signing };

test('an app that needs the site may be named by it', () => {
  const { value, diagnostics } = buildGraph([
    web('hybrid'),
    declaration('hybrid', { rule: 'hybrid', android }, ['app:web']),
  ]);
  assert.deepEqual(diagnostics, []);
  assert.deepEqual([...value.targets.keys()], ['app:web', 'app:hybrid']);
  const { spec } = value.targets.get('app:web')!;
  assert.ok(spec.rule === 'pwa');
  assert.deepEqual(spec.web!.apps, [
    {
      kind: 'target',
      app: located('hybrid'),
      declared: { directory: 'mobile/hybrid', applicationId: 'a.b', signing },
    },
  ]);
});

test('an app that there is not is an error; one of another kind is left for the rule', () => {
  const shown = (diagnostics: readonly Diagnostic[]): string =>
    diagnostics.map((each) => renderDiagnostic(each).split('\n')[0]).join();
  const wrong = buildGraph([web('app:hybird'), declaration('hybrid', { rule: 'hybrid', android })]);
  assert.equal(
    shown(wrong.diagnostics),
    'mobile/web/build.yaml:1:1: error[graph/unknown-need] there is no target `app:hybird`',
  );
  const other = buildGraph([web('web')]);
  const { spec } = other.value.targets.get('app:web')!;
  assert.ok(
    spec.rule === 'pwa' && spec.web!.apps![0]!.kind === 'target' && !('declared' in spec.web!.apps![0]!),
  );
});

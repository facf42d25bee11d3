import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import { formatLabel, hasErrors, type Label, type SourceFile } from '../../base/index.ts';
import type { AndroidSettings, MobileSpec } from '../../config/index.ts';
import {
  archiveClasses,
  compileJava,
  compileResources,
  dexClasses,
  type LinkOptions,
  linkedContent,
  linkResources,
  output,
  packageApk,
} from '../android-actions.ts';
import { bundleActions, bundleArtifacts } from '../android-bundle.ts';
import { androidManifest, type ManifestExtras, NO_EXTRAS } from '../android-manifest.ts';
import { appArtifact } from '../android-signing.ts';
import { type AndroidStages, androidTools } from '../android-tools.ts';
import { inputSources } from '../input-sources.ts';
import { refusedPlan } from '../refused-plan.ts';
import type { RuleContext, RulePlan } from '../rule.ts';
import { checkHybrid, siteBridge } from './check-hybrid.ts';
import { deepLink, intentFilters } from './deep-links.ts';
import { hybridSources } from './java/index.ts';
import { manifestExtras } from './manifest-extras.ts';
import { hybridResources } from './resources.ts';

const MANIFEST = 'AndroidManifest.xml';
/** As in the document, for a build that says no version. */
const UNVERSIONED = '1.0.0-dev';

/**
 * A site in a WebView, as an APK: aapt2 compile and link, javac, D8, and the archive, each an action of its own, so
 * that a change of the site alone only assembles again and a change of the version only links and assembles.
 */
export function hybridRule(whole: RuleContext<MobileSpec>): RulePlan {
  const context = { ...whole, sources: inputSources(whole) };
  const { target } = context;
  const [own] = ownManifest(context);
  const extras = own ? manifestExtras(own) : { value: NO_EXTRAS, diagnostics: [] };
  const diagnostics = [...checkHybrid(context), ...extras.diagnostics];
  const { android } = context.spec;
  const site = siteLabel(context);
  if (!android || !site || hasErrors(diagnostics)) return refusedPlan(diagnostics);
  const app: HybridApp = { context, android, site, extras: extras.value };
  const { name } = target.label;
  const made = output(target.label, 'package');
  const signed = { target, signing: android.signing, minSdk: android.minSdk };
  return {
    actions: hybridActions(app),
    tests: [],
    artifacts: [
      appArtifact(signed, { name, as: name, kind: 'apk', tree: made }),
      ...(android.bundle ? bundleArtifacts({ ...signed, name }) : []),
    ],
    exports: made,
    diagnostics,
  };
}

interface HybridApp {
  readonly context: RuleContext<MobileSpec>;
  readonly android: AndroidSettings;
  readonly site: Label;
  readonly extras: ManifestExtras;
}

/** The site as the graph resolved it; `undefined` when it did not, which the graph reports. */
function siteLabel({ spec, target }: RuleContext<MobileSpec>): Label | undefined {
  const name = spec.site?.value;
  const labels = target.needs.map((need) => need.label);
  return (
    labels.find((label) => formatLabel(label) === name) ??
    labels.find((label) => label.kind === 'app' && label.name === name)
  );
}

function hybridActions(app: HybridApp): PlannedAction[] {
  const { context, android } = app;
  const { sources, target } = context;
  const stages: AndroidStages = {
    owner: target.label,
    tools: androidTools(context, android),
    settings: context.spec,
  };
  const hasResources = sources.paths.some((path) => path.startsWith('res/'));
  const ownJava = sources.paths.filter((path) => path.startsWith('java/') && path.endsWith('.java'));
  const generated = hybridSources({
    applicationId: android.applicationId,
    deepLinks: (android.deepLinks ?? []).map(deepLink),
    bridge: siteBridge(context),
  });
  const resourceClass = `gen/${android.applicationId.replaceAll('.', '/')}/R.java`;
  const linked = output(target.label, 'link');
  const link: LinkOptions = {
    manifest: { kind: 'literal', files: [manifestFile(app)] },
    manifests: ownManifest(app.context),
    resources: hasResources ? ['resources', 'app-resources'] : ['resources'],
  };
  const content: TreeExpression = { kind: 'merge', of: apkContent(app) };
  return [
    ...stages.tools.actions,
    compileResources(stages, 'resources', {
      work: { kind: 'literal', files: hybridResources({ label: android.label, hasIcon: hasIcon(app) }) },
    }),
    ...(hasResources
      ? [compileResources(stages, 'app-resources', { work: sourcesBelow(app, 'res/**') })]
      : []),
    linkResources(stages, link),
    compileJava(stages, {
      sources: {
        kind: 'merge',
        of: [
          { kind: 'literal', files: generated },
          { kind: 'filter', of: linked, include: ['gen/**'] },
          sourcesBelow(app, 'java/**/*.java'),
        ],
      },
      paths: [...new Set([...generated.map((file) => file.path), resourceClass, ...ownJava])].sort(),
    }),
    archiveClasses(stages, { context }),
    dexClasses(stages, { minSdk: android.minSdk, isDebuggable: isDebuggable(android) }),
    packageApk(stages, {
      context,
      content: { kind: 'merge', of: [linkedContent(linked), content] },
    }),
    ...(android.bundle ? bundleActions(stages, { context, link, content }) : []),
  ];
}

/** What the archive holds beside linked resources, each part from the action that made it. */
function apkContent({ context, site }: HybridApp): TreeExpression[] {
  const { label } = context.target;
  const www = context.dependency(site);
  return [
    { kind: 'filter', of: output(label, 'dex'), include: ['*.dex'] },
    { kind: 'under', of: www, path: 'assets/www' },
    // Named by itself, so that a site without a start page is a failure of the build and not of the phone.
    { kind: 'under', of: { kind: 'at', of: www, path: 'index.html' }, path: 'assets/www' },
  ];
}

function sourcesBelow({ context }: HybridApp, pattern: string): TreeExpression {
  return { kind: 'filter', of: { kind: 'tree', tree: context.sources.tree }, include: [pattern] };
}

/** The one place that the stamp reaches. */
/** What the app adds to the generated one. */
function ownManifest({ sources, target }: Pick<RuleContext, 'sources' | 'target'>): SourceFile[] {
  const text = sources.readText(MANIFEST);
  return text === undefined ? [] : [{ path: `${target.directory}/${MANIFEST}`, text }];
}

function manifestFile({ context, android, extras }: HybridApp) {
  const { stamp } = context.settings;
  const folder = `java/${android.applicationId.replaceAll('.', '/')}`;
  const hasOwnActivity = context.sources.paths.includes(`${folder}/MainActivity.java`);
  const content = androidManifest({
    applicationId: android.applicationId,
    versionCode: android.versionCode ?? stamp.buildNumber,
    versionName: android.versionName ?? (stamp.version || UNVERSIONED),
    minSdk: android.minSdk,
    targetSdk: android.targetSdk,
    isDebuggable: isDebuggable(android),
    icon: hasIcon({ context }) ? '@mipmap/ic_launcher' : '@android:drawable/sym_def_app_icon',
    theme: '@style/AppTheme',
    activity: hasOwnActivity ? '.MainActivity' : '.WebViewActivity',
    extras,
    filters: intentFilters((android.deepLinks ?? []).map(deepLink)),
  });
  return { path: `in/${MANIFEST}`, content, isExecutable: false };
}

function hasIcon({ context }: Pick<HybridApp, 'context'>): boolean {
  return context.sources.paths.some((path) => /^res\/mipmap[^/]*\/ic_launcher\.(png|webp|xml)$/.test(path));
}

/** As in Android's own builds: what the debug key signs is for debugging, and nothing else is. */
function isDebuggable(android: AndroidSettings): boolean {
  return android.signing?.kind === 'debug';
}

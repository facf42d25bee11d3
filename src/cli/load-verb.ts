import { InternalError } from '../base/index.ts';
import type { Verb } from './verb.ts';

/** What carries out each verb; loaded when it is asked for, so that `--help` loads none of it. */
const LOADERS: Readonly<Record<string, () => Promise<Verb>>> = {
  build: async () => (await import('./verbs/build.ts')).buildVerb,
  test: async () => (await import('./verbs/build.ts')).testVerb,
  images: async () => (await import('./verbs/build.ts')).imagesVerb,
  'image diff': async () => (await import('./verbs/image-diff.ts')).imageDiffVerb,
  'image run': async () => (await import('./verbs/image-run.ts')).imageRunVerb,
  'image save': async () => (await import('./verbs/image-save.ts')).imageSaveVerb,
  'image size': async () => (await import('./verbs/image-size.ts')).imageSizeVerb,
  'app check': async () => (await import('./verbs/app-check.ts')).appCheckVerb,
  'app report': async () => (await import('./verbs/app-report.ts')).appReportVerb,
  'app diff': async () => (await import('./verbs/app-diff.ts')).appDiffVerb,
  'app upload': async () => (await import('./verbs/app-upload.ts')).appUploadVerb,
  sbom: async () => (await import('./verbs/sbom.ts')).sbomVerb,
  scan: async () => (await import('./verbs/scan.ts')).scanVerb,
  init: async () => (await import('./verbs/init.ts')).initVerb,
  validate: async () => (await import('./verbs/validate.ts')).validateVerb,
  graph: async () => (await import('./verbs/graph.ts')).graphVerb,
  why: async () => (await import('./verbs/why.ts')).whyVerb,
  repro: async () => (await import('./verbs/repro.ts')).reproVerb,
  prepare: async () => (await import('./verbs/prepare.ts')).prepareVerb,
  'deps lock': async () => (await import('./verbs/deps-lock.ts')).depsLockVerb,
  'deps outdated': async () => (await import('./verbs/deps-outdated.ts')).depsOutdatedVerb,
  'deps update': async () => (await import('./verbs/deps-update.ts')).depsUpdateVerb,
  'deps audit': async () => (await import('./verbs/deps-audit.ts')).depsAuditVerb,
  'deps licenses': async () => (await import('./verbs/deps-licenses.ts')).depsLicensesVerb,
  'deps why': async () => (await import('./verbs/deps-why.ts')).depsWhyVerb,
  release: async () => (await import('./verbs/release.ts')).releaseVerb,
  publish: async () => (await import('./verbs/publish.ts')).publishVerb,
  sign: async () => (await import('./verbs/sign.ts')).signVerb,
  verify: async () => (await import('./verbs/verify.ts')).verifyVerb,
  'integrity baseline': async () => (await import('./verbs/integrity.ts')).integrityBaselineVerb,
  'integrity verify': async () => (await import('./verbs/integrity.ts')).integrityVerifyVerb,
  'integrity check': async () => (await import('./verbs/integrity.ts')).integrityCheckVerb,
  'version show': async () => (await import('./verbs/version.ts')).versionShowVerb,
  'version check': async () => (await import('./verbs/version.ts')).versionCheckVerb,
  serve: async () => (await import('./verbs/serve.ts')).serveVerb,
  'serve token': async () => (await import('./verbs/serve-token.ts')).serveTokenVerb,
  'metrics start': async () => (await import('./verbs/metrics.ts')).metricsStartVerb,
  'metrics complete': async () => (await import('./verbs/metrics.ts')).metricsCompleteVerb,
  'metrics resource': async () => (await import('./verbs/metrics.ts')).metricsResourceVerb,
  'metrics artifact': async () => (await import('./verbs/metrics.ts')).metricsArtifactVerb,
  'metrics finalize': async () => (await import('./verbs/metrics.ts')).metricsFinalizeVerb,
  'metrics send': async () => (await import('./verbs/metrics-send.ts')).metricsSendVerb,
  clean: async () => (await import('./verbs/clean.ts')).cleanVerb,
  'cache stats': async () => (await import('./verbs/cache.ts')).cacheStatsVerb,
  'cache gc': async () => (await import('./verbs/cache.ts')).cacheGcVerb,
  'cache verify': async () => (await import('./verbs/cache.ts')).cacheVerifyVerb,
  'cache clear': async () => (await import('./verbs/cache.ts')).cacheClearVerb,
  completion: async () => (await import('./verbs/completion.ts')).completionVerb,
};

export function loadVerb(name: string): Promise<Verb> {
  const loader = LOADERS[name];
  if (!loader) throw new InternalError(`verb ${name} has no implementation`);
  return loader();
}

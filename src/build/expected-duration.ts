import type { PlannedAction } from '../action/index.ts';

/**
 * What actions of a kind take where nothing else is known, in milliseconds: the wall times of a small app on two processors of
 * 2024, rounded. Only their proportions count, and only for the order of work.
 */
const BY_MNEMONIC: Readonly<Record<string, number>> = {
  Aapt2Compile: 50,
  Aapt2Link: 500,
  AarUnpack: 100,
  Bundle: 2000,
  ContentPolicy: 100,
  D8: 1500,
  Gradle: 60_000,
  JarResources: 150,
  Javac: 1200,
  Kotlinc: 8000,
  MergeManifest: 700,
  NodeEnvironment: 1500,
  PythonEnvironment: 1500,
  R8: 9000,
  ServiceWorker: 100,
  SiteAssociations: 100,
  WebBuild: 1500,
  WebIcons: 700,
  WebManifest: 100,
  Xcode: 60_000,
  Zip: 100,
};
/** Of steps and tests, which may be anything. */
const ANY_MS = 1000;

/** How long an action will take: as it took before, or as its kind does. */
export function expectedDuration(
  { id, mnemonic }: Pick<PlannedAction, 'id' | 'mnemonic'>,
  measured: Readonly<Record<string, number>>,
): number {
  return measured[id] ?? BY_MNEMONIC[mnemonic] ?? ANY_MS;
}

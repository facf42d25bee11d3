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
  D8: 1500,
  FinishSite: 150,
  Gradle: 60_000,
  JarResources: 150,
  Javac: 1200,
  Kotlinc: 5000,
  MergeManifest: 400,
  NodeEnvironment: 900,
  PythonEnvironment: 1000,
  R8: 20_000,
  WebBuild: 1100,
  WebIcons: 300,
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

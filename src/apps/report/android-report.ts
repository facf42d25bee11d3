import { compareTexts, withoutAbsent } from '../../base/index.ts';
import type { Dex } from '../android/dex.ts';
import type { Manifest } from '../android/manifest.ts';
import { type NetworkSecurity, readNetworkSecurity } from '../android/network-security.ts';
import { type Resources, resolvedText } from '../android/resources.ts';
import { type AppFile, type AppWorld, contentOf, parsed } from '../app-file.ts';
import { AppFault } from '../fault.ts';
import { JarSignatures } from '../signatures/jar-signatures.ts';
import { separateSignature } from '../signatures/separate-signature.ts';
import type { Signature } from '../signatures/signature.ts';
import { blockSignatures } from '../signatures/verify-block.ts';
import { AndroidFiles } from './android-files.ts';
import { androidFindings } from './android-findings.ts';
import { type AndroidLayout, layoutOf } from './android-layout.ts';
import { type AppReading, measure } from './measure.ts';
import type { AndroidFacts, AppFacts, AppIdentity } from './model.ts';

export async function androidReport(
  file: AppFile,
  world: Pick<AppWorld, 'nowMs' | 'signal'>,
  { also = [], verifies = true }: AppReading,
): Promise<Omit<AppFacts, 'file'>> {
  const layout = layoutOf(file);
  const files = new AndroidFiles(file, layout);
  const { partOf } = layout;
  const jar = await JarSignatures.open(file, verifies);
  const visits = [files.add.bind(files), jar.see.bind(jar), ...also];
  const size = await measure({ file, partOf, visits, signal: world.signal });
  const manifest = manifestOf(file, layout, files);
  const { resources } = files;
  const network = await networkSecurity(file, layout, files);
  const { minSdk } = manifest;
  const block = await blockSignatures({ bytes: file.bytes, minSdk, signal: world.signal, verifies });
  const beside =
    file.v4 && (await separateSignature(file.v4, { ...block, bytes: file.bytes, signal: world.signal }));
  const signatures = [...jar.signatures().sort(bySigner), ...block.signatures, ...(beside ? [beside] : [])];
  const android = androidFacts({ files, manifest, network, signatures });
  return {
    app: {
      ...androidIdentity(manifest, resources),
      ...withoutAbsent({ label: resolvedText(resources, manifest.label) }),
    },
    size,
    android,
    findings: androidFindings({
      file,
      manifest,
      manifestPath: layout.manifest,
      files,
      android,
      blockProblem: block.problem,
      size,
      nowMs: world.nowMs,
    }),
  };
}

/** The same as the report's, with nothing read but what says it. */
export async function readAndroidIdentity(file: AppFile): Promise<AppIdentity> {
  const layout = layoutOf(file);
  const files = new AndroidFiles(file, layout);
  for (const path of [layout.manifest, layout.resources]) {
    const entry = file.zip.byName.get(path);
    if (entry) files.add(entry, await contentOf(file, entry));
  }
  return androidIdentity(manifestOf(file, layout, files), files.resources);
}

function androidIdentity(manifest: Manifest, resources: Resources): AppIdentity {
  const { applicationId: id, versionCode } = manifest;
  return { id, version: versionNameOf(manifest, resources), build: String(versionCode) };
}

function versionNameOf({ versionName, versionNameValue }: Manifest, resources: Resources): string {
  return resolvedText(resources, versionNameValue) ?? versionName;
}

function manifestOf(file: AppFile, layout: AndroidLayout, { manifest }: AndroidFiles): Manifest {
  if (manifest) return manifest;
  throw new AppFault({
    code: 'app/damaged',
    place: file.name,
    message: `it has no file ${layout.manifest}`,
    hint: 'build the app again with current tools',
  });
}

/** The file that the manifest refers to, if it refers to one that is there. */
async function networkSecurity(
  file: AppFile,
  layout: AndroidLayout,
  { manifest, resources }: AndroidFiles,
): Promise<NetworkSecurity | undefined> {
  const path = resolvedText(resources, manifest?.networkSecurity);
  const entry = path === undefined ? undefined : file.zip.byName.get(layout.resourceFile(path));
  if (!entry) return undefined;
  const content = await contentOf(file, entry);
  return parsed(file, entry.name, () => readNetworkSecurity(layout.readXml(content)));
}

interface Gathered {
  readonly files: AndroidFiles;
  readonly manifest: Manifest;
  readonly network: NetworkSecurity | undefined;
  readonly signatures: readonly Signature[];
}

function androidFacts({ files, manifest, network, signatures }: Gathered): AndroidFacts {
  const { label: _, versionNameValue: __, networkSecurity: ___, split: ____, ...declared } = manifest;
  const { locales, densities } = files.resources;
  return {
    ...declared,
    versionName: versionNameOf(manifest, files.resources),
    allowsBackup: manifest.allowsBackup ?? true,
    usesCleartext: network?.allowsCleartext ?? manifest.usesCleartext ?? manifest.targetSdk < 28,
    cleartextDomains: network?.cleartextDomains ?? [],
    trustsUserCertificates: network?.trustsUserCertificates ?? manifest.targetSdk < 24,
    hasNetworkSecurityConfig: network !== undefined,
    resources: { locales, densities },
    signatures,
    dex: files.dex
      .map(({ classNames: _names, methodsByPackage: _counts, ...facts }) => facts)
      .sort((a, b) => compareTexts(a.path, b.path)),
    methodsByPackage: methodsByPackage(files.dex),
    native: files.native
      .map(({ foundAbi: _found, ...facts }) => facts)
      .sort((a, b) => compareTexts(a.path, b.path)),
  };
}

function bySigner(a: Signature, b: Signature): number {
  return compareTexts(a.signers[0]?.sha256 ?? '', b.signers[0]?.sha256 ?? '');
}

function methodsByPackage(dex: readonly Dex[]): { readonly name: string; readonly methods: number }[] {
  const counts = new Map<string, number>();
  for (const each of dex)
    for (const [name, methods] of each.methodsByPackage) counts.set(name, (counts.get(name) ?? 0) + methods);
  return [...counts]
    .map(([name, methods]) => ({ name, methods }))
    .sort((a, b) => b.methods - a.methods || compareTexts(a.name, b.name));
}

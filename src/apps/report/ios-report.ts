import { withoutAbsent } from '../../base/index.ts';
import { type AppFile, type AppWorld, contentOf } from '../app-file.ts';
import { type PlistDict, textIn } from '../apple/plist-value.ts';
import { AppFault } from '../fault.ts';
import { iosFacts } from './ios-facts.ts';
import { IosFiles, iosPart } from './ios-files.ts';
import { iosFindings } from './ios-findings.ts';
import { type AppReading, measure } from './measure.ts';
import type { AppFacts, AppIdentity } from './model.ts';

export async function iosReport(
  file: AppFile,
  world: Pick<AppWorld, 'nowMs' | 'signal'>,
  { also = [] }: AppReading,
): Promise<Omit<AppFacts, 'file'>> {
  const app = onlyApp(file);
  const files = new IosFiles(file, app);
  const visits = [files.add.bind(files), ...also];
  const size = await measure({ file, partOf: iosPart, visits, signal: world.signal });
  const info = infoOf(file, files);
  const ios = iosFacts(files, info);
  return {
    app: {
      ...iosIdentity(info),
      ...withoutAbsent({ label: textIn(info, 'CFBundleDisplayName') ?? textIn(info, 'CFBundleName') }),
    },
    size,
    ios,
    findings: iosFindings({ name: file.name, files, info, ios, size, nowMs: world.nowMs }),
  };
}

/** The same as the report's, with nothing read but what says it. */
export async function readIosIdentity(file: AppFile): Promise<AppIdentity> {
  const app = onlyApp(file);
  const files = new IosFiles(file, app);
  const entry = file.zip.byName.get(infoPath(app));
  if (entry) files.add(entry, await contentOf(file, entry));
  return iosIdentity(infoOf(file, files));
}

function iosIdentity(info: PlistDict): AppIdentity {
  const text = (key: string): string => textIn(info, key) ?? '';
  return {
    id: text('CFBundleIdentifier'),
    version: text('CFBundleShortVersionString'),
    build: text('CFBundleVersion'),
  };
}

function infoPath(app: string): string {
  return `${app}/Info.plist`;
}

function infoOf(file: AppFile, { app, plists }: IosFiles): PlistDict {
  const info = plists.get(infoPath(app));
  if (info) return info;
  throw new AppFault({
    code: 'app/damaged',
    place: `${file.name}: ${app}`,
    message: 'the app has no Info.plist',
    hint: 'export the archive again',
  });
}

function onlyApp(file: AppFile): string {
  const names = file.zip.entries.flatMap(({ name }) => /^Payload\/[^/]+\.app(?=\/)/.exec(name)?.[0] ?? []);
  const [first, ...others] = new Set(names);
  if (first !== undefined && others.length === 0) return first;
  throw new AppFault({
    code: 'app/no-app',
    place: file.name,
    message: `it holds ${others.length + 1} apps: ${[first, ...others].join(', ')}`,
    hint: 'an IPA has one folder Payload/<name>.app',
  });
}

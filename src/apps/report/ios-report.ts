import { present } from '../android/manifest.ts';
import type { AppFile, AppWorld } from '../app-file.ts';
import { textIn } from '../apple/plist-value.ts';
import { AppFault } from '../fault.ts';
import { iosFacts } from './ios-facts.ts';
import { IosFiles, iosPart } from './ios-files.ts';
import { iosFindings } from './ios-findings.ts';
import { measure } from './measure.ts';
import type { AppReport } from './model.ts';

export async function iosReport(file: AppFile, world: AppWorld): Promise<Omit<AppReport, 'file'>> {
  const app = onlyApp(file);
  const files = new IosFiles(file, app);
  const visit = files.add.bind(files);
  const size = await measure({ file, partOf: iosPart, visit, signal: world.signal });
  const info = files.plists.get(`${app}/Info.plist`);
  if (!info)
    throw new AppFault({
      code: 'app/damaged',
      place: `${file.name}: ${app}`,
      message: 'the app has no Info.plist',
      hint: 'export the archive again',
    });
  const ios = iosFacts(files, info);
  const text = (key: string): string => textIn(info, key) ?? '';
  return {
    app: {
      id: text('CFBundleIdentifier'),
      ...present({ label: textIn(info, 'CFBundleDisplayName') ?? textIn(info, 'CFBundleName') }),
      version: text('CFBundleShortVersionString'),
      build: text('CFBundleVersion'),
    },
    size,
    ios,
    findings: iosFindings({ name: file.name, files, info, ios, size, nowMs: world.nowMs }),
  };
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

import { join } from 'node:path/posix';
import { formatLabel, positionOf, type SourceFile } from '../../base/index.ts';
import { buildVersions, incompatibilities, readGradleProject } from '../../gradle/index.ts';
import type { Target } from '../../graph/index.ts';
import type { FileSystem } from '../../host/index.ts';
import type { Examined, NeededTool } from '../examined.ts';
import { broken, fine, found, together } from '../found.ts';
import type { DoctorReport } from '../model.ts';
import { inDeclared } from '../no-workspace.ts';

const ID = 'tool/combination';
/** A build file that is longer is not read by a person. */
const MAX_BYTES = 2 ** 20;

/** The combination of each Gradle build with the JDK that it would run on, as its own files say it. */
export function checkGradle(examined: Examined): DoctorReport {
  return inDeclared(examined, ID, ({ root, declared: { targets, tools } }) => {
    const jdk = tools.find(({ name }) => name === 'java');
    const gradle = targets.filter(({ directory }) => isGradle(examined.host.fs, join(root, directory)));
    return together(gradle.map((target) => combination(examined.host.fs, { root, target, jdk })));
  });
}

interface GradleBuild {
  readonly root: string;
  readonly target: Target;
  readonly jdk: NeededTool | undefined;
}

function combination(fs: FileSystem, { root, target, jdk }: GradleBuild): DoctorReport {
  const readFile = reader(fs, root, target.directory);
  const { modules } = readGradleProject(readFile);
  const versions = buildVersions(
    readFile,
    modules.map(({ file }) => file),
  );
  const label = formatLabel(target.label);
  const problems = incompatibilities(versions, jdk?.version ?? '');
  if (problems.length > 0) {
    return found(
      ...problems.map(({ message, hint, span, isOfMachine }) =>
        broken(ID, `${label}: ${message}`, {
          remedy: hint,
          detail: [
            `${span.file.path}:${positionOf(span).line}`,
            ...(isOfMachine && jdk?.place ? [`the JDK is ${jdk.version} at ${jdk.place}`] : []),
          ],
        }),
      ),
    );
  }
  const parts = [
    versions.gradle ? `Gradle ${versions.gradle.value}` : 'a Gradle whose version its wrapper does not say',
    ...(versions.plugin ? [`its Android plugin ${versions.plugin.value}`] : []),
    ...(jdk && jdk.version !== '' ? [`JDK ${jdk.version}`] : []),
  ];
  return found(fine(ID, `${label}: nothing is known against ${parts.join(' with ')}`));
}

function isGradle(fs: FileSystem, folder: string): boolean {
  return fs.lstat(join(folder, 'gradle/wrapper/gradle-wrapper.properties')) !== undefined;
}

function reader(fs: FileSystem, root: string, directory: string): (path: string) => SourceFile | undefined {
  const known = new Map<string, SourceFile | undefined>();
  const read = (path: string): SourceFile | undefined => {
    const place = join(directory, path);
    const stat = fs.lstat(join(root, place));
    if (stat?.type !== 'file' || stat.sizeBytes > MAX_BYTES) return undefined;
    return { path: place, text: fs.readText(join(root, place)) };
  };
  return (path) => {
    if (!known.has(path)) known.set(path, read(path));
    return known.get(path);
  };
}

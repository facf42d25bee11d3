import { formatLabel, isTargetName, type SourceFile } from '../base/index.ts';
import { DEFAULT_TARGET_SETTINGS, impliedNeeds } from '../config/index.ts';
import type { TargetDeclaration } from '../graph/index.ts';
import type { ObservedFiles } from './observed-files.ts';
import { firstLine } from './recognise.ts';
import { nameOfFolder } from './target-folders.ts';
import type { Discovery } from './workspace.ts';

interface ImageFile {
  readonly name: string;
  readonly source: SourceFile;
  readonly isDockerfile: boolean;
}

/** `docker/Dockerfile.<name>` and `docker/<name>.yaml`; `others` are the targets that an image may copy from. */
export function discoverImages(
  discovery: Discovery,
  others: readonly TargetDeclaration[],
): TargetDeclaration[] {
  const { files, imagePrefix } = discovery;
  const found = new Map<string, ImageFile>();
  for (const file of imageFiles(files)) {
    const other = found.get(file.name);
    if (!other) found.set(file.name, file);
    else {
      files.report({
        code: 'workspace/two-files-for-image',
        severity: 'error',
        message: `the image \`${file.name}\` is described by ${other.source.path} and by ${file.source.path}`,
        hint: 'keep one of them',
        span: firstLine(file.source),
        related: [{ message: 'the other one', span: firstLine(other.source) }],
      });
    }
  }
  const labels = new Set([
    ...others.map(({ label }) => formatLabel(label)),
    ...[...found.keys()].map((name) => `image:${name}`),
  ]);
  return [...found.values()].flatMap(
    (file) =>
      (file.isDockerfile ? fromDockerfile(file, { imagePrefix, labels }) : fromYaml(file, discovery)) ?? [],
  );
}

const DOCKERFILE = /^Dockerfile\.(.+)$/;

function imageFiles(files: ObservedFiles): ImageFile[] {
  return files.list('docker').flatMap(({ name: fileName }): ImageFile[] => {
    const dockerName = fileName.endsWith('.dockerignore') ? undefined : DOCKERFILE.exec(fileName)?.[1];
    const yamlName = fileName.startsWith('.') ? undefined : /^(.+)\.yaml$/.exec(fileName)?.[1];
    const name = dockerName ?? yamlName;
    const source = name === undefined ? undefined : files.source(`docker/${fileName}`);
    if (name === undefined || !source) return [];
    const isDockerfile = dockerName !== undefined;
    if (!isDockerfile && !isImageBuild(source, files)) return [];
    if (!isTargetName(name)) {
      nameOfFolder(files, `docker/${name}`);
      return [];
    }
    return [{ name, source, isDockerfile }];
  });
}

/** Other YAML files (compose files) may lie in the folder; ours say so in their head. */
function isImageBuild(source: SourceFile, files: ObservedFiles): boolean {
  const kind = /^kind:[ \t]*["']?([^"'\s#]*)/dm.exec(source.text);
  if (kind?.[1] === 'ImageBuild') return true;
  if (!/^apiVersion:[ \t]*["']?build\.mobileops\.io\//m.test(source.text)) return false;
  const [start, end] = kind?.indices?.[1] ?? [0, firstLine(source).end];
  files.report({
    code: 'config/wrong-kind',
    severity: 'error',
    message: `this file holds an ImageBuild, not \`${kind?.[1] ?? ''}\``,
    hint: 'write kind: ImageBuild',
    span: { file: source, start, end },
  });
  return false;
}

/** Only targets that exist are needed: what else a line may mean is for the image rule to say. */
function fromDockerfile(
  { name, source }: ImageFile,
  { imagePrefix, labels }: { imagePrefix: string; labels: ReadonlySet<string> },
): TargetDeclaration {
  const implied = impliedNeeds(source.text, { imagePrefix })
    .map(({ label, start, end }) => ({ value: formatLabel(label), span: { file: source, start, end } }))
    .filter(({ value }) => labels.has(value));
  return {
    label: { kind: 'image', name },
    directory: '',
    spec: { ...DEFAULT_TARGET_SETTINGS, rule: 'image', dockerfile: source.path },
    implied,
    span: firstLine(source),
  };
}

function fromYaml(
  { name, source }: ImageFile,
  { files, parser, variables, usedVariables }: Discovery,
): TargetDeclaration | undefined {
  const parsed = parser.parseImageBuild(source, { variables });
  for (const each of parsed.variables) usedVariables.add(each);
  for (const diagnostic of parsed.diagnostics) files.report(diagnostic);
  if (!parsed.value) return undefined;
  const { name: stated, spec, refusals } = parsed.value;
  if (stated.value !== name) {
    files.report({
      code: 'workspace/wrong-image-name',
      severity: 'error',
      message: `the image of ${source.path} is \`${name}\`, not \`${stated.value}\``,
      hint: `write name: ${name}, or rename the file`,
      span: stated.span,
    });
  }
  return { label: { kind: 'image', name }, directory: '', spec, implied: [], span: stated.span, refusals };
}

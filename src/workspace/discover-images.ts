import { type Diagnostic, isTargetName, type SourceFile } from '../base/index.ts';
import { DEFAULT_TARGET_SETTINGS, type Located } from '../config/index.ts';
import type { TargetDeclaration } from '../graph/index.ts';
import { imagesOf } from './from-lines.ts';
import type { ObservedFiles } from './observed-files.ts';
import { firstLine } from './recognise.ts';
import { nameOfFolder } from './target-folders.ts';
import type { Discovery } from './workspace.ts';

interface ImageFile {
  readonly name: string;
  readonly source: SourceFile;
  readonly isDockerfile: boolean;
}

/** `docker/Dockerfile.<name>` and `docker/<name>.yaml`. */
export function discoverImages({ files, imagePrefix }: Discovery): TargetDeclaration[] {
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
  return [...found.values()].map((file) =>
    file.isDockerfile ? fromDockerfile(file, { imagePrefix, names: new Set(found.keys()) }) : fromYaml(file),
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

function fromDockerfile(
  { name, source }: ImageFile,
  { imagePrefix, names }: { imagePrefix: string; names: ReadonlySet<string> },
): TargetDeclaration {
  const implied = imagesOf(source).flatMap(({ value, span }): Located<string>[] => {
    const base = value.replace(/@.*$/, '').replace(/:[^/]*$/, '');
    const target = base.startsWith(imagePrefix) ? base.slice(imagePrefix.length) : undefined;
    return target !== undefined && names.has(target) ? [{ value: `image:${target}`, span }] : [];
  });
  return {
    label: { kind: 'image', name },
    directory: '',
    spec: { ...DEFAULT_TARGET_SETTINGS, rule: 'image', dockerfile: source.path },
    implied,
    span: firstLine(source),
  };
}

function fromYaml({ name, source }: ImageFile): TargetDeclaration {
  const span = firstLine(source);
  const refusal: Diagnostic = {
    code: 'config/not-supported',
    severity: 'error',
    message: 'the kind ImageBuild is not supported yet',
    hint: `describe the image by docker/Dockerfile.${name}`,
    span,
  };
  return {
    label: { kind: 'image', name },
    directory: '',
    spec: { ...DEFAULT_TARGET_SETTINGS, rule: 'image', dockerfile: source.path },
    implied: [],
    span,
    refusals: [refusal],
  };
}

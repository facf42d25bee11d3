import { dirname, resolve } from 'node:path/posix';
import { type Diagnostic, fail, formatSizeBytes, ok, parseLabel, type Result } from '../../base/index.ts';
import { isRegistryReference, type OpenedImage, platformText } from '../../inspection/index.ts';
import { type Descriptor, formatReference, MEDIA_TYPES, REF_NAME } from '../../oci/index.ts';
import { layoutSource, layoutTops, writeArchive } from '../../registry/index.ts';
import type { CliCode } from '../diagnostics.ts';
import { namesOf } from '../image-names.ts';
import { refuse } from '../report/reporter.ts';
import type { Verb, VerbContext } from '../verb.ts';
import { explainAbsence, type FoundImage, findImage, openNamedImages } from './named-image.ts';

type Format = 'docker-archive' | 'oci-archive';

/** Writes an image of a layout as one file. */
export const imageSaveVerb: Verb = async (context) => {
  const { host, reporter, flags, positionals } = context;
  const [word = ''] = positionals;
  const out = outOf(context);
  if (!out.ok) return refuse(reporter, [out.failure]);
  const found = findImage(context, word);
  if (!found) return refuse(reporter, await noImage(context, word));
  const { path: root } = found;
  if (host.fs.lstat(root)?.type === 'file') return refuse(reporter, [isArchive(word)]);
  const format = (flags.text('format') ?? 'docker-archive') as Format;
  const chosen = await chooseTop(context, word, { found, format });
  if (!chosen.ok) return refuse(reporter, chosen.failure);
  const { top, platform } = chosen.value;
  const names = namesOf(layoutTops(host.fs, root)).filter(
    ({ tag }) => found.tag === undefined || tag === found.tag,
  );
  const source = layoutSource(host.fs, root);
  const request = { top, source, names, path: out.value };
  const written = writeArchive(
    host.fs,
    format === 'oci-archive' ? { ...request, isLayoutOnly: true } : request,
  );
  if (!written.ok) return refuse(reporter, [damaged(word, written.failure)]);
  const sizeBytes = host.fs.lstat(out.value)!.sizeBytes;
  const told = { path: out.value, format, platform, digest: top.digest, sizeBytes };
  const texts = names.map(formatReference);
  if (reporter.isJson) reporter.json({ exitCode: 0, ...told, names: texts, diagnostics: [] });
  else {
    const what = platform === undefined ? 'all its platforms' : platform;
    reporter.result(
      `saved ${word} (${what}) to ${out.value}, ${formatSizeBytes(sizeBytes)}\n  ${[top.digest, ...texts].join('\n  ')}`,
    );
  }
  return 0;
};

function outOf({ host, flags }: VerbContext): Result<string, Diagnostic> {
  const text = flags.text('output');
  if (text === undefined)
    return fail(badFile('--output does not say which file is to be written', 'add -o image.tar'));
  const path = resolve(host.env.workingDirectory, text);
  if (host.fs.lstat(path)?.type === 'directory')
    return fail(badFile(`${text} is a folder`, 'name a file in it'));
  return host.fs.lstat(dirname(path)) === undefined
    ? fail(badFile(`there is no folder ${dirname(path)}`, 'make it first'))
    : ok(path);
}

interface Chosen {
  readonly top: Descriptor;
  /** Absent where all platforms of an index are meant. */
  readonly platform?: string;
}

/** An archive of Docker's holds one image; a layout may hold all platforms of one. */
async function chooseTop(
  context: VerbContext,
  word: string,
  { found, format }: { readonly found: FoundImage; readonly format: Format },
): Promise<Result<Chosen, readonly Diagnostic[]>> {
  if (format === 'oci-archive' && context.flags.text('platform') === undefined) {
    const tops = layoutTops(context.host.fs, found.path).filter(
      ({ annotations }) => found.tag === undefined || annotations?.[REF_NAME] === found.tag,
    );
    const [top] = tops;
    if (top && new Set(tops.map(({ digest }) => digest)).size === 1) return ok({ top });
  }
  const opened = await openNamedImages(context, [word]);
  return opened.ok ? ok(topOf(opened.value[0]!)) : opened;
}

function topOf({ files, manifest, manifestDigest = '', platform }: OpenedImage): Chosen {
  const mediaType = typeof manifest?.mediaType === 'string' ? manifest.mediaType : MEDIA_TYPES.manifest;
  const size = files.document(`blobs/sha256/${manifestDigest.slice('sha256:'.length)}`)?.byteLength ?? 0;
  const { os = 'linux', architecture = 'unknown', variant } = platform;
  const own = { os, architecture, ...(variant === undefined ? {} : { variant }) };
  return {
    top: { mediaType, digest: manifestDigest, size, platform: own },
    platform: platformText(own),
  };
}

async function noImage(context: VerbContext, word: string): Promise<readonly Diagnostic[]> {
  if (!isRegistryReference(word) || parseLabel(word) !== undefined) return explainAbsence(context, word);
  const hint = `skopeo copy docker://${word} docker-archive:FILE saves it`;
  return [badFile(`${word} is the image of a registry, not of this workspace`, hint)];
}

function badFile(message: string, hint: string): Diagnostic {
  const code: CliCode = 'cli/bad-value';
  return { code, severity: 'error', message, hint, cause: 'input' };
}

function isArchive(word: string): Diagnostic {
  return badFile(`${word} is one file already`, 'copy it, or name an image of the workspace or a folder');
}

function damaged(word: string, message: string): Diagnostic {
  const code = 'inspection/damaged';
  const hint = 'make the image again, or copy it again';
  return { code, severity: 'error', path: word, message, hint, cause: 'input' };
}

import { basename, resolve } from 'node:path/posix';
import { type Diagnostic, fail, ok, parseLabel, type Result } from '../base/index.ts';
import {
  billOf,
  catalogueFile,
  catalogueFolder,
  type Sbom,
  type SbomCode,
  withLocked,
} from '../sbom/index.ts';
import type { VerbContext } from './verb.ts';

type Listed = Result<Sbom, readonly Diagnostic[]>;

/** The bill of what a word of the command line means, with the time that the environment says, if any. */
export async function sbomOf(context: VerbContext, word: string): Promise<Listed> {
  const created = givenTime(context.host.env.variables);
  if (!created.ok) return created;
  const listed = await list(context, word);
  return listed.ok ? ok({ ...listed.value, ...created.value }) : listed;
}

async function list(context: VerbContext, word: string): Promise<Listed> {
  if (word === 'workspace') return (await import('./workspace-sbom.ts')).listWorkspace(context);
  const label = parseLabel(word);
  if (label?.kind === 'image') return imageOf(context, word);
  if (label?.kind === 'app') return appOf(context, word);
  if (label) return (await import('./workspace-sbom.ts')).listTarget(context, word);
  const path = resolve(context.host.env.workingDirectory, word);
  const { fs } = context.host;
  const type = fs.lstat(path) && fs.lstat(fs.realPath(path))?.type;
  if (type === 'directory' && fs.lstat(`${path}/oci-layout`)) return imageOf(context, word);
  if (type === 'directory') return folderOf(context, path);
  if (type === 'file') return APP.test(word) ? appOf(context, word) : fileOf(context, path);
  return imageOf(context, word);
}

async function folderOf({ host, signal }: VerbContext, path: string): Promise<Listed> {
  const name = basename(path) || '/';
  const catalogue = await catalogueFolder({ fs: host.fs, signal }, path);
  return ok(billOf({ id: `folder:${name}`, type: 'application', name }, catalogue));
}

/** A tar is an image, or just an archive; any other file is read as what it is called. */
async function fileOf(context: VerbContext, path: string): Promise<Listed> {
  const { host, signal } = context;
  if (/\.(tar|tgz|txz|tar\.\w+)$/i.test(path)) {
    const { catalogueArchive, isTarArchive } = await (await import('../sbom/index.ts')).loadArchives();
    const world = { fs: host.fs, signal };
    if (isTarArchive(world, path)) {
      const { subject, catalogue, isImage } = await catalogueArchive(world, path);
      return isImage ? imageOf(context, path) : ok(billOf(subject, catalogue));
    }
  }
  const { subject, catalogue } = catalogueFile({ fs: host.fs, signal }, path);
  return ok(billOf(subject, catalogue));
}

const APP = /\.(apk|aab|ipa)$/i;

/** A built app. What the lock says of one of the workspace is in it, too: shrunk code does not tell its libraries. */
async function appOf(context: VerbContext, word: string): Promise<Listed> {
  const [{ loadApps }, { readApp }] = await Promise.all([
    import('../sbom/index.ts'),
    import('./verbs/named-app.ts'),
  ]);
  const { appSbom, catalogueApp } = await loadApps();
  const listed = await readApp(context, word, (world, place) => catalogueApp(world, place));
  if (!listed.ok) return listed;
  if (parseLabel(word) === undefined) return ok(appSbom(listed.value));
  const locked = await (await import('./workspace-sbom.ts')).listAppTarget(context, word);
  return locked.ok ? ok(withLocked(appSbom(listed.value), locked.value)) : locked;
}

async function imageOf(context: VerbContext, word: string): Promise<Listed> {
  const { openNamedImages } = await import('./verbs/named-image.ts');
  const opened = await openNamedImages(context, [word]);
  if (!opened.ok) return opened;
  const [{ inspectionDiagnostic, isRegistryReference, splitTag }, { loadImages }] = await Promise.all([
    import('../inspection/index.ts'),
    import('../sbom/index.ts'),
  ]);
  const { imageSbom } = await loadImages();
  const label = parseLabel(word);
  const tagged = label || !isRegistryReference(word) ? undefined : splitTag(word);
  const name = label?.name ?? tagged?.path ?? basename(word);
  const subject = { name, ...(label ? { id: word } : {}), ...(tagged ? { tag: tagged.tag } : {}) };
  const listed = await imageSbom(opened.value[0]!, subject);
  return listed.ok ? listed : fail([inspectionDiagnostic(listed.failure)]);
}

/** The time that the environment says, which is before any other. */
function givenTime({
  SOURCE_DATE_EPOCH: text,
}: Readonly<Record<string, string | undefined>>): Result<
  { readonly created?: number },
  readonly Diagnostic[]
> {
  if (text === undefined) return ok({});
  const created = Number(text);
  if (/^\d{1,12}$/.test(text) && created <= 253_402_300_799) return ok({ created });
  const code: SbomCode = 'sbom/bad-time';
  const message = `SOURCE_DATE_EPOCH=${text} is no time`;
  return fail([{ code, severity: 'error', message, hint: 'give whole seconds since 1970', cause: 'input' }]);
}

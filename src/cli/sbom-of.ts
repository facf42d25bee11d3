import { basename, resolve } from 'node:path/posix';
import { type Diagnostic, fail, ok, parseLabel, type Result } from '../base/index.ts';
import { billOf, catalogueFile, catalogueFolder, type Sbom, type SbomCode } from '../sbom/index.ts';
import type { VerbContext } from './verb.ts';

type Listed = Result<Sbom, readonly Diagnostic[]>;

/** The bill of what a word of the command line means; without one, of the workspace. */
export async function sbomOf(context: VerbContext, word = 'workspace'): Promise<Listed> {
  const label = parseLabel(word);
  if (label?.kind === 'image') return imageOf(context, word);
  const path = resolve(context.host.env.workingDirectory, word);
  const { fs } = context.host;
  const type = label ? undefined : fs.lstat(path) && fs.lstat(fs.realPath(path))?.type;
  if (type === 'directory' && fs.lstat(`${path}/oci-layout`)) return imageOf(context, word);
  if (type === 'directory') return folderOf(context, path);
  if (type === 'file') return fileOf(context, path);
  return imageOf(context, word);
}

async function folderOf({ host, signal }: VerbContext, path: string): Promise<Listed> {
  const created = givenTime(host.env.variables);
  if (!created.ok) return created;
  const name = basename(path) || '/';
  const catalogue = await catalogueFolder({ fs: host.fs, signal }, path);
  return ok(billOf({ id: `folder:${name}`, type: 'application', name }, catalogue, created.value));
}

async function fileOf({ host, signal }: VerbContext, path: string): Promise<Listed> {
  const created = givenTime(host.env.variables);
  if (!created.ok) return created;
  const { subject, catalogue } = catalogueFile({ fs: host.fs, signal }, path);
  return ok(billOf(subject, catalogue, created.value));
}

async function imageOf(context: VerbContext, word: string): Promise<Listed> {
  const created = givenTime(context.host.env.variables);
  if (!created.ok) return created;
  const { openNamedImages } = await import('./verbs/named-image.ts');
  const opened = await openNamedImages(context, [word]);
  if (!opened.ok) return opened;
  const [{ inspectionDiagnostic, splitTag, isRegistryReference }, { loadImages }] = await Promise.all([
    import('../inspection/index.ts'),
    import('../sbom/index.ts'),
  ]);
  const { imageSbom } = await loadImages();
  const label = parseLabel(word);
  const tagged = label || !isRegistryReference(word) ? undefined : splitTag(word);
  const name = label?.name ?? tagged?.path ?? basename(word);
  const subject = { name, ...(label ? { id: word } : {}), ...(tagged ? { tag: tagged.tag } : {}) };
  const listed = await imageSbom(opened.value[0]!, subject);
  if (!listed.ok) return fail([inspectionDiagnostic(listed.failure)]);
  return ok({ ...listed.value, ...created.value });
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

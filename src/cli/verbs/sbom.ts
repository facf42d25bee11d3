import { dirname, resolve } from 'node:path/posix';
import { counted, type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import { cyclonedxText, type NotListed, type SbomCode, spdxText } from '../../sbom/index.ts';
import type { CliCode } from '../diagnostics.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import { sbomOf } from '../sbom-of.ts';
import type { Verb, VerbContext } from '../verb.ts';

export const SBOM_WRITERS = { spdx: spdxText, cyclonedx: cyclonedxText } as const;

export const sbomVerb: Verb = async (context) => {
  const { host, reporter, positionals, flags, program } = context;
  const format = flags.text('format') === 'cyclonedx' ? 'cyclonedx' : 'spdx';
  const output = outputOf(context);
  if (!output.ok) return refuse(reporter, [output.failure]);
  const listed = await sbomOf(context, positionals[0] ?? 'workspace');
  if (!listed.ok) return refuse(reporter, listed.failure);
  const text = SBOM_WRITERS[format](listed.value, program.version);
  const { subject, components, relations, notListed } = listed.value;
  const path = output.value;
  if (path !== undefined) host.fs.replaceFile(path, text, 0o644);
  if (reporter.isJson) {
    const facts = { format, subject: subject.id, components: components.length, relations: relations.length };
    const written = path === undefined ? { document: JSON.parse(text) } : { output: path };
    reporter.json({
      exitCode: 0,
      ...facts,
      ...written,
      diagnostics: diagnosticsJson(notListed.map(warning)),
    });
  } else if (path === undefined) reporter.result(text);
  else reporter.note(`${counted(components.length, 'component')} in ${flags.text('output')}`);
  for (const { place, why } of notListed.slice(0, SHOWN)) reporter.note(`not complete: ${place}: ${why}`);
  if (notListed.length > SHOWN)
    reporter.note(`and ${notListed.length - SHOWN} more, which the document names`);
  return 0;
};

function outputOf({ host, flags }: VerbContext): Result<string | undefined, Diagnostic> {
  const text = flags.text('output');
  if (text === undefined) return ok(undefined);
  const path = resolve(host.env.workingDirectory, text);
  if (host.fs.lstat(path)?.type === 'directory') return fail(badOutput(text, 'it is a folder'));
  if (host.fs.lstat(dirname(path)) === undefined) return fail(badOutput(text, 'its folder is not there'));
  return ok(path);
}

function badOutput(path: string, why: string): Diagnostic {
  const code: CliCode = 'cli/no-file';
  const message = `--output cannot be written there: ${why}`;
  return {
    code,
    severity: 'error',
    path,
    message,
    hint: 'name a file in a folder that is there',
    cause: 'input',
  };
}

/** Of what is not listed; the document says all of it. */
const SHOWN = 10;

function warning({ place, why }: NotListed): Diagnostic {
  const code: SbomCode = 'sbom/not-listed';
  const hint = 'the document says so, too: it is not complete';
  return { code, severity: 'warning', path: place, message: why, hint, cause: 'input' };
}

import { dirname, resolve } from 'node:path/posix';
import { counted, type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import { cyclonedxText, type Sbom, type SbomCode, spdxText } from '../../sbom/index.ts';
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
  const listed = await sbomOf(context, positionals[0]);
  if (!listed.ok) return refuse(reporter, listed.failure);
  const text = SBOM_WRITERS[format](listed.value, program.version);
  const warnings = notListedWarnings(listed.value);
  const path = output.value;
  if (path !== undefined) host.fs.replaceFile(path, text, 0o644);
  if (reporter.isJson) {
    const { subject, components, relations } = listed.value;
    const facts = { format, subject: subject.id, components: components.length, relations: relations.length };
    const written = path === undefined ? { document: JSON.parse(text) } : { output: path };
    reporter.json({ exitCode: 0, ...facts, ...written, diagnostics: diagnosticsJson(warnings) });
  } else if (path === undefined) reporter.result(text);
  else reporter.note(`${counted(listed.value.components.length, 'component')} in ${flags.text('output')}`);
  reporter.diagnostics(warnings);
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

const SHOWN = 20;

/** What the document leaves out; the document says all of it. */
function notListedWarnings({ notListed }: Sbom): readonly Diagnostic[] {
  const code: SbomCode = 'sbom/not-listed';
  const hint = 'the document says so, too: it is not complete';
  const shown = notListed.slice(0, SHOWN).map(({ place, why }) => ({ path: place, message: why }));
  const rest = notListed.length - shown.length;
  const all =
    rest > 0
      ? [...shown, { path: notListed[SHOWN]!.place, message: `this and ${rest - 1} more are not listed` }]
      : shown;
  return all.map((each): Diagnostic => ({ code, severity: 'warning', ...each, hint, cause: 'input' }));
}

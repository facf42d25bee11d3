import { compareTexts, counted, type Diagnostic, hasErrors } from '../../base/index.ts';
import { cacheFolder } from '../../build/index.ts';
import { packagePlace } from '../../dependencies/index.ts';
import {
  type LicencePolicy,
  licenceExpression,
  licencePasses,
  type Package,
  parseLicence,
} from '../../packages/index.ts';
import { openPackages } from '../deps/open-dependencies.ts';
import { withLicences } from '../deps/package-licences.ts';
import type { CliCode } from '../diagnostics.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import type { Verb, VerbContext } from '../verb.ts';

/** What is listed of a package. */
interface Licensed {
  readonly package: Package;
  /** An SPDX expression; absent: not known. */
  readonly expression?: string;
  readonly verdict: 'allowed' | 'refused' | 'unknown';
}

/** Lists what the packages of the workspace declare as their licence; 1 where one is refused. */
export const depsLicensesVerb: Verb = async (context) => {
  const { reporter, host, flags } = context;
  const opened = await openPackages(context);
  if (!opened.value) return refuse(reporter, opened.diagnostics);
  const { lock, packages } = opened.value;
  const place = await packagePlace({ host, cacheDirectory: cacheFolder(host), lock });
  const policy = policyOf(flags);
  const shown = packages.packages.filter(({ scopes }) => flags.has('all') || scopes.includes('run'));
  const all = withLicences(shown, { host, lock, place }).map((each) => judged(each, policy));
  const refused = all.filter(({ verdict }) => verdict === 'refused').map(refusal);
  const parts = packages.notKnown.filter(({ lacks }) => lacks === 'packages');
  const diagnostics = [...opened.diagnostics, ...refused, ...unknownOf(all, policy)];
  const exitCode = hasErrors(diagnostics) ? 1 : 0;
  if (reporter.isJson)
    reporter.json({
      exitCode,
      packages: all.map(({ package: { purl, licence, scopes }, expression, verdict }) => ({
        purl,
        declared: licence,
        expression,
        verdict,
        scopes,
      })),
      notKnown: parts.map(({ subject, why }) => ({ subject, why })),
      diagnostics: diagnosticsJson(diagnostics),
    });
  else
    reporter.result(
      text(
        all,
        parts.map(({ subject, why }) => `${subject}: ${why}`),
      ),
    );
  reporter.diagnostics(diagnostics);
  return exitCode;
};

function policyOf(flags: VerbContext['flags']): LicencePolicy {
  const allow = flags.texts('allow');
  return { deny: flags.texts('deny'), ...(allow.length === 0 ? {} : { allow }) };
}

function judged(one: Package, policy: LicencePolicy): Licensed {
  const tree = one.licence === undefined ? undefined : parseLicence(one.licence);
  if (!tree) return { package: one, verdict: 'unknown' };
  const expression = licenceExpression(one.licence!)!.expression;
  return { package: one, expression, verdict: licencePasses(tree, policy) ? 'allowed' : 'refused' };
}

function refusal({ package: { purl, places }, expression }: Licensed): Diagnostic {
  const code: CliCode = 'cli/refused-licence';
  const message = `${purl} is under ${expression}, which is refused`;
  const hint = `\`mobileops deps why ${purl}\` says who wants it`;
  return { code, severity: 'error', message, hint, ...(places[0] === undefined ? {} : { path: places[0] }) };
}

/** Where only some licences are allowed, one that is not known is not allowed. */
function unknownOf(all: readonly Licensed[], { allow }: LicencePolicy): Diagnostic[] {
  const unknown = all.filter(({ verdict }) => verdict === 'unknown');
  if (unknown.length === 0 || allow === undefined) return [];
  const code: CliCode = 'cli/unknown-licence';
  const message = `${counted(unknown.length, 'package')} without a known licence, where only ${allow.join(', ')} may be: ${unknown[0]!.package.purl}${unknown.length > 1 ? ' and others' : ''}`;
  return [
    {
      code,
      severity: 'error',
      message,
      hint: '`mobileops prepare --tests` fetches the files that tell it; of the packages of an image `mobileops sbom` of the built image does',
    },
  ];
}

function text(all: readonly Licensed[], parts: readonly string[]): string {
  const groups = Map.groupBy(all, ({ expression }) => expression ?? 'not known');
  const names = [...groups.keys()].sort(
    (a, b) => Number(a === 'not known') - Number(b === 'not known') || compareTexts(a, b),
  );
  const lines = names.flatMap((name) => [
    `${name} (${counted(groups.get(name)!.length, 'package')})`,
    ...groups
      .get(name)!
      .map(({ package: { name: own, version, ecosystem } }) => `  ${own} ${version} (${ecosystem})`),
  ]);
  return [...lines, ...parts.map((part) => `not known: ${part}`)].join('\n');
}

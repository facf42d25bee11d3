import { diagnosticToJson, positionOf, type Span } from '../../base/index.ts';
import { packagesNamed, type WhyPackage, whyPackage } from '../../dependencies/index.ts';
import { openPackages } from '../deps/open-dependencies.ts';
import { unknownPackage } from '../deps/unknown-package.ts';
import { refuse } from '../report/reporter.ts';
import type { Verb } from '../verb.ts';

const HOW_TO_NAME = 'name it as its ecosystem does: `react`, `numpy`, `group:artifact`';

/** Says for each version of a package which targets it is there for, by whom, and where that is written. */
export const depsWhyVerb: Verb = async (context) => {
  const { reporter, positionals } = context;
  const opened = await openPackages(context);
  if (!opened.value) return refuse(reporter, opened.diagnostics);
  const { packages, asks } = opened.value;
  const [name = ''] = positionals;
  const found = packagesNamed(packages, name);
  if (found.length === 0) return refuse(reporter, [unknownPackage(name, packages, HOW_TO_NAME)]);
  const names = new Map(packages.packages.map((each) => [each.purl, `${each.name} ${each.version}`]));
  const named = (purl: string): string => names.get(purl) ?? purl;
  const all = found.map((each) => whyPackage(packages, asks, each));
  if (reporter.isJson)
    reporter.json({
      exitCode: 0,
      packages: all.map(whyJson),
      diagnostics: opened.diagnostics.map(diagnosticToJson),
    });
  else reporter.result(all.map((each) => whyText(each, named)).join('\n\n'));
  reporter.diagnostics(opened.diagnostics);
  return 0;
};

function whyText(
  { package: wanted, chains, wantedBy, unclear }: WhyPackage,
  named: (purl: string) => string,
): string {
  const { name, version, ecosystem, scopes } = wanted;
  const lines = [`${name} ${version} (${ecosystem}, ${scopes.join(' and ')})`];
  for (const { root, path, asks } of chains) {
    lines.push(`  ${[root, ...path.map(named)].join(' > ')}`);
    for (const { text, span, isConstraint } of asks)
      lines.push(`      ${placeOf(span)}: ${text}${isConstraint ? ' holds its version' : ''}`);
  }
  for (const { subject, why } of unclear) lines.push(`  ${subject}: ${why}`);
  const others = wantedBy.map(named);
  if (others.length > 0) lines.push(`  wanted by ${others.join(', ')}`);
  return lines.join('\n');
}

function placeOf(span: Span): string {
  const { line, column } = positionOf(span);
  return `${span.file.path}:${line}:${column}`;
}

function whyJson({ package: wanted, chains, wantedBy, unclear }: WhyPackage): object {
  const { purl, name, version, ecosystem, scopes } = wanted;
  return {
    ...{ purl, name, version, ecosystem, scopes, wantedBy },
    unclear: unclear.map(({ subject, why }) => ({ root: subject, why })),
    chains: chains.map(({ root, path, asks }) => ({
      root,
      path,
      asks: asks.map(({ text, span, isConstraint }) => {
        const { line, column } = positionOf(span);
        return { text, path: span.file.path, line, column, isConstraint };
      }),
    })),
  };
}

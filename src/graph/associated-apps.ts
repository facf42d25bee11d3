import type { Diagnostic } from '../base/index.ts';
import type { AssociatedApp, TargetSpec } from '../config/index.ts';
import type { TargetDeclaration } from './declaration.ts';
import { problemOf, type TargetNames } from './target-names.ts';

/** What is looked up for apps that a site names without needing them: they need the site themselves. */
export interface AppLookUp {
  readonly names: TargetNames;
  readonly declarations: ReadonlyMap<string, Pick<TargetDeclaration, 'directory' | 'spec'>>;
  readonly diagnostics: Diagnostic[];
}

/** The specification with what the workspace says of the apps that may show its site. */
export function withAssociatedApps(spec: TargetSpec, lookUp: AppLookUp): TargetSpec {
  if (spec.rule !== 'pwa' || !spec.web?.apps) return spec;
  return { ...spec, web: { ...spec.web, apps: spec.web.apps.map((each) => associated(each, lookUp)) } };
}

function associated(named: AssociatedApp, { names, declarations, diagnostics }: AppLookUp): AssociatedApp {
  if (named.kind !== 'target') return named;
  const { value, span } = named.app;
  const resolved = names.resolve(value, 'graph/unknown-need');
  if (!('label' in resolved)) {
    diagnostics.push({ ...problemOf(resolved), span });
    return named;
  }
  const { directory, spec } = declarations.get(resolved.label)!;
  const android = spec.rule === 'hybrid' || spec.rule === 'android' ? spec.android : undefined;
  if (!android) return named;
  const { applicationId, signing } = android;
  return { ...named, declared: { directory, applicationId, ...(signing ? { signing } : {}) } };
}

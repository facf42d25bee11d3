import type { MobileSpec, NoteFacts, TargetSpec } from '../config/index.ts';
import type { Host } from '../host/index.ts';
import { architectureOf, presentLocale } from './machine.ts';
import type { OpenedWorkspace } from './opened-workspace.ts';

/** What the notes to a configuration depend on beside it. */
export function noteFacts(host: Host, { graph, workspace }: OpenedWorkspace): NoteFacts {
  const specs = [...graph.targets.values()].map(({ spec }) => spec);
  return {
    architecture: architectureOf(host),
    locale: presentLocale(host.fs, workspace.configuration.environment.locale),
    apps: specs.filter(isApp),
    hasImages: specs.some(isImage),
  };
}

function isImage({ rule }: TargetSpec): boolean {
  return rule === 'image' || rule === 'packages';
}

function isApp(spec: TargetSpec): spec is MobileSpec {
  return spec.rule !== 'component' && spec.rule !== 'scripts' && !isImage(spec);
}

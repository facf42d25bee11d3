import type { Diagnostic, Span } from '../base/index.ts';
import type { ConfigCode } from './diagnostics.ts';
import type { BuildConfiguration, GlobalArtifact, MobileSpec, StatedKey } from './model.ts';

/** What the notes depend on beside the configuration. */
export interface NoteFacts {
  /** Of the results that this machine makes. */
  readonly architecture: string;
  /** The one that steps really have. */
  readonly locale: string;
  readonly apps: readonly MobileSpec[];
  readonly hasImages: boolean;
}

interface Note {
  readonly key: string;
  readonly message: string;
  readonly hint: string;
  readonly span: Span;
  /** It has an effect all the same, which a build tells of itself. */
  readonly isPartly?: true;
}

/** One note for each key of the configuration that means nothing, or less than it says, on this machine and in this version. */
export function configurationNotes(configuration: BuildConfiguration, facts: NoteFacts): Diagnostic[] {
  const idle = idleNotes(configuration, facts).map(({ message, hint, span }) =>
    noteOf('config/no-effect', { message, hint, span }),
  );
  return [...idle, ...localeNote(configuration, facts)].sort(
    (a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0),
  );
}

/** The same for a build, which is not the place for a page of notes: one for all keys, and what changes its results. */
export function summaryOfNotes(configuration: BuildConfiguration, facts: NoteFacts): Diagnostic[] {
  const idle = idleNotes(configuration, facts).filter(({ isPartly }) => !isPartly);
  const first = idle[0];
  if (!first) return localeNote(configuration, facts);
  const keys = [...new Set(idle.map(({ key }) => `\`${key}\``))].join(', ');
  const summary: Diagnostic = {
    code: 'config/no-effect' satisfies ConfigCode,
    severity: 'note',
    message: `this build does not act on ${keys}`,
    hint: '`mobileops validate` says for each key why',
    path: first.span.file.path,
  };
  return [summary, ...localeNote(configuration, facts)];
}

function idleNotes(configuration: BuildConfiguration, facts: NoteFacts): Note[] {
  const { environment, artifacts, stated } = configuration;
  return [
    ...baseImageNote(environment),
    ...architectureNotes(environment, facts),
    ...stated.flatMap(statedNote),
    ...artifacts.flatMap((artifact) => (artifact.type === 'mobile' ? mobileNotes(artifact, facts) : [])),
  ];
}

function noteOf(code: ConfigCode, rest: Pick<Diagnostic, 'message' | 'hint' | 'span'>): Diagnostic {
  return { code, severity: 'note', ...rest };
}

function baseImageNote({ baseImage }: BuildConfiguration['environment']): Note[] {
  if (!baseImage) return [];
  const message = 'steps do not run in this image: they see the packaged system of this machine';
  return [{ key: 'baseImage', message, hint: 'images are roots in a later version', span: baseImage.span }];
}

function architectureNotes(
  { architectures }: BuildConfiguration['environment'],
  { architecture, hasImages }: NoteFacts,
): Note[] {
  const what = hasImages ? 'of components and apps nothing' : 'nothing';
  return architectures
    .filter(({ value }) => value !== architecture)
    .map(({ value, span }) => ({
      key: `architecture: ${value}`,
      message: `${what} is built for ${value} on this machine, which builds for ${architecture}`,
      hint: `build on a machine of ${value} as well`,
      span,
      ...(hasImages ? { isPartly: true as const } : {}),
    }));
}

function statedNote({ key, span }: StatedKey): Note[] {
  if (key === 'buildSteps') {
    const message = 'a build does not run the global steps: it builds targets';
    return [{ key, message, hint: '`mobileops ci` runs them, in their order', span }];
  }
  if (key === 'node') {
    const message = 'no target installs the npm packages of the root';
    return [
      { key: 'dependencies.node', message, hint: 'each component and app has its own package.json', span },
    ];
  }
  return [];
}

function mobileNotes(
  { name, platforms, signing }: Extract<GlobalArtifact, { type: 'mobile' }>,
  { apps }: NoteFacts,
): Note[] {
  const meant = apps.filter(({ rule }) => platforms.some(({ value }) => value === rule));
  const absent = platforms.filter(({ value }) => !meant.some(({ rule }) => rule === value));
  const packages = meant.filter(({ rule }) => rule === 'android' || rule === 'hybrid');
  const isUnsigned = packages.some(({ android }) => !android?.signing);
  const isSigned = packages.some(({ android }) => android?.signing);
  const signingNote = (message: string, hint: string): Note[] =>
    signing ? [{ key: `signing of ${name}`, message, hint, span: signing.span }] : [];
  return [
    ...absent.map(({ value, span }) => ({
      key: `platform ${value}`,
      message: `the workspace has no app for ${value}`,
      hint: 'add one below mobile/, or leave the platform out',
      span,
    })),
    ...(signing?.value === true && isUnsigned
      ? signingNote(
          'an app that is meant is not signed',
          'name its key in `android.signing` of its build.yaml',
        )
      : []),
    ...(signing?.value === false && isSigned
      ? signingNote(
          'an app that is meant is signed all the same',
          'take `android.signing` out of its build.yaml',
        )
      : []),
  ];
}

function localeNote({ environment, stated }: BuildConfiguration, { locale }: NoteFacts): Diagnostic[] {
  const span = stated.find(({ key }) => key === 'locale')?.span;
  if (environment.locale === locale || !span) return [];
  const message = `steps run with ${locale}: this machine does not have the locale ${environment.locale}`;
  return [noteOf('config/locale-replaced', { message, hint: 'install it, or write C.UTF-8', span })];
}

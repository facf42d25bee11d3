import { join } from 'node:path/posix';
import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import { holdWorkspace } from '../../build/index.ts';
import { compareVersions } from '../../packages/index.ts';
import {
  openJournal,
  type PublishEvent,
  type PublishedRelease,
  type Publisher,
  publish,
  publishDiagnostic,
  type ReleaseContents,
  readRelease,
  releasedVersions,
} from '../../publish/index.ts';
import { type GitOptions, RELEASE_FOLDER, tagCommit, taggedCommit } from '../../release/index.ts';
import { parseLedger, parseSemanticVersion } from '../../versions/index.ts';
import { findWorkspaceRoot } from '../../workspace/index.ts';
import { openDestinations } from '../release/destinations.ts';
import { publishedLines } from '../release/published-text.ts';
import { ledgerText } from '../release-plan.ts';
import { diagnosticsJson, failedCodeOf, refuse } from '../report/reporter.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';

/** Publishes a release as it lies in `dist/release`; nothing is built, and nothing that changed since is sent. */
export const publishVerb: Verb = async (context) => {
  const { host, reporter, directory, signal, flags } = context;
  const root = findWorkspaceRoot(host.fs, directory);
  if (root === undefined) return refuse(reporter, [noWorkspace(directory)]);
  using held = await holdWorkspace({ host, signal, directory, onWait: (text) => reporter.note(text) });
  if (!held) return 130;
  const version = chosenVersion(context, root);
  if (!version.ok) return refuse(reporter, [version.failure]);
  const contents = readRelease(host.fs, join(root, RELEASE_FOLDER), version.value);
  if (!contents.ok) return refuse(reporter, contents.failure);
  const publishers = openDestinations(context, { root, contents: contents.value });
  const tagged = await tagProblem(context, root, contents.value);
  if (!publishers.ok || tagged)
    return refuse(reporter, [...(publishers.ok ? [] : publishers.failure), ...(tagged ? [tagged] : [])]);
  const path = join(root, 'build-cache', 'publish', `${version.value}.journal`);
  if (flags.has('again')) host.fs.remove(path);
  const events: PublishEvent[] = [];
  const done = await publish({
    release: publishedRelease(context, root, contents.value),
    items: contents.value.items,
    publishers: publishers.value,
    journal: openJournal(host.fs, path),
    signal,
    onEvent: (event) => {
      events.push(event);
      if (!reporter.isJson) tell(context, event);
    },
  });
  const isTagged =
    !done.ok || !flags.has('git-tag') || (await tagCommit(gitOf(context, root), contents.value.index));
  const problems = [
    ...(done.ok ? [] : done.failure.map(publishDiagnostic)),
    ...(isTagged ? [] : [notTagged()]),
  ];
  const exitCode = signal.aborted ? 130 : failedCodeOf(problems);
  report(context, { contents: contents.value, publishers: publishers.value, events, problems, exitCode });
  return exitCode;
};

function problem(code: string, message: string, more: Pick<Diagnostic, 'path' | 'hint'>): Diagnostic {
  return { code, severity: 'error', message, cause: 'input', ...more };
}

function noWorkspace(path: string): Diagnostic {
  const hint = 'go to a workspace, or name one with -C FOLDER';
  return problem('build/no-workspace', 'no build-config.yaml is here or in a folder above', { path, hint });
}

function gitOf({ host }: VerbContext, root: string): GitOptions {
  return { processes: host.processes, variables: host.env.variables, root };
}

/** The version that was named, or the newest that was made. */
function chosenVersion({ host, positionals }: VerbContext, root: string): Result<string, Diagnostic> {
  const [named] = positionals;
  const folder = join(root, RELEASE_FOLDER);
  if (named === undefined) {
    const versions = releasedVersions(host.fs, folder);
    const newest = versions.toSorted((a, b) => compareVersions('npm', a, b)).at(-1);
    const hint = 'make one first: mobileops release v1.0.0';
    return newest === undefined
      ? fail(problem('release/no-release', 'there is no release', { path: folder, hint }))
      : ok(newest);
  }
  const version = parseSemanticVersion(named);
  const hint = 'for example: mobileops publish v1.0.0';
  return version
    ? ok(version.text)
    : fail(problem('cli/bad-release-version', `\`${named}\` is not a semantic version`, { hint }));
}

/** A tag of the version that stands on another commit is found before anything is sent. */
async function tagProblem(
  context: VerbContext,
  root: string,
  { index }: ReleaseContents,
): Promise<Diagnostic | undefined> {
  if (!context.flags.has('git-tag')) return undefined;
  const tagged = await taggedCommit(gitOf(context, root), index.version);
  if (tagged === undefined || tagged === index.commit) return undefined;
  const message = `the tag of ${index.version} stands on ${tagged.slice(0, 12)}, and the release is of ${index.commit.slice(0, 12)}`;
  return problem('version/tagged-elsewhere', message, {
    hint: 'release the commit that is tagged, or take --git-tag out',
  });
}

/** Whether it is the newest of its channel is what the ledger says. */
function publishedRelease(
  { host }: VerbContext,
  root: string,
  { index, indexItem }: ReleaseContents,
): PublishedRelease {
  const { version, channel } = index;
  const ledger = parseLedger(ledgerText(host, root));
  const others = ledger.ok ? ledger.value.releases : [];
  const isNewest = others.every(
    (other) => other.channel !== channel || compareVersions('npm', other.version, version) <= 0,
  );
  return { version, channel, isNewest, index: indexItem };
}

function notTagged(): Diagnostic {
  const hint = 'all else is done; tag it yourself';
  return problem('release/rejected', 'git did not tag the commit', { hint });
}

function tell({ reporter }: VerbContext, event: PublishEvent): void {
  if (event.type === 'put') {
    if (event.how === 'sent') reporter.result(`${event.place}: ${event.name}`);
    return;
  }
  const words = {
    ...{ moved: 'promoted', kept: 'there; the channel names a newer one', recorded: 'done before' },
    'left-out': 'done, but for what it has no place for',
  };
  reporter.result(`${event.place}: ${words[event.how]}`);
}

interface Reported {
  readonly contents: ReleaseContents;
  readonly publishers: readonly Publisher[];
  readonly events: readonly PublishEvent[];
  readonly problems: readonly Diagnostic[];
  readonly exitCode: ExitCode;
}

function report(
  { reporter }: VerbContext,
  { contents, publishers, events, problems, exitCode }: Reported,
): void {
  const { version, channel } = contents.index;
  if (reporter.isJson)
    reporter.json({
      exitCode,
      release: { version, channel },
      events,
      diagnostics: diagnosticsJson(problems),
    });
  reporter.diagnostics(problems);
  const isSigned = contents.items.some(({ name }) => /\.(?:asc|sigstore\.json)$/.test(name));
  if (!isSigned)
    reporter.note('the release is not signed: nobody can verify it, and `install` will refuse it');
  for (const line of publishedLines({ publishers, events, release: contents.index })) reporter.note(line);
}

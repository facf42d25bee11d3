import { join } from 'node:path/posix';
import { compareTexts, digestOf } from '../../base/index.ts';
import { LOCK_FILE, readLock } from '../../dependencies/index.ts';
import { measureTools } from '../../integrity/index.ts';
import { type BuildFacts, originName, RELEASE_FOLDER, remoteAddress } from '../../release/index.ts';
import {
  LOCAL_BUILDER,
  type Material,
  parseStatement,
  provenance,
  readProvenance,
  type Statement,
  type Subject,
  statementText,
} from '../../signing/index.ts';
import type { VersionNames } from '../../versions/index.ts';
import type { VerbContext } from '../verb.ts';

export interface OriginInput {
  readonly root: string;
  readonly facts: BuildFacts;
  readonly names: VersionNames;
  readonly subjects: readonly Subject[];
}

/** Of the variables that change what a release is, those that were set. */
const VARIABLES = ['BUILD_ID', 'BUILD_NUMBER', 'BUILD_VERSION', 'GIT_COMMIT', 'REGISTRY'];

/**
 * Where the release was built, as SLSA provenance. One that is there and says the same of the same files stays: what it says
 * is still true, and a release that is made again is published again without a byte changed.
 */
export async function releaseOrigin(context: VerbContext, input: OriginInput): Promise<string> {
  const { host, program, startedMs } = context;
  const { root, facts, names, subjects } = input;
  const { variables } = host.env;
  const kept = keptOrigin(context, input);
  if (kept !== undefined) return kept;
  const uri = await remoteAddress({ processes: host.processes, variables, root });
  const finishedMs = host.clock.now();
  const statement = provenance({
    subjects,
    parameters: {
      version: names.version,
      channel: names.channel,
      ...chosenVariables(variables),
    },
    source: { ...(uri === undefined ? {} : { uri }), commit: facts.commit },
    materials: materialsOf(context, root),
    builder: {
      id: variables.BUILDER_ID ?? LOCAL_BUILDER,
      version: { mobileops: program.version, node: host.env.runtimeVersion },
    },
    platform: { platform: host.env.platform, architecture: host.env.architecture },
    run: {
      id: invocationOf(variables) ?? `${facts.buildId}/${finishedMs}`,
      startedMs: finishedMs - (host.clock.monotonicMs() - startedMs),
      finishedMs,
    },
  });
  return `${statementText(statement)}\n`;
}

function keptOrigin({ host }: VerbContext, input: OriginInput): string | undefined {
  const path = join(input.root, RELEASE_FOLDER, originName(input.facts.version));
  const text = host.fs.readTextIfExists(path);
  const statement = text === undefined ? undefined : parseStatement(text);
  const read = statement && readProvenance(statement);
  const builder = host.env.variables.BUILDER_ID ?? LOCAL_BUILDER;
  if (!statement || read?.builder !== builder || !read.commits.includes(input.facts.commit)) return undefined;
  return namesIn(statement) === namesIn(input) ? text : undefined;
}

function namesIn({ subjects }: Pick<Statement, 'subjects'>): string {
  return subjects
    .map(({ name, digest }) => `${name} ${digest.sha256}`)
    .sort(compareTexts)
    .join('\n');
}

function chosenVariables(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const set = VARIABLES.filter((name) => variables[name] !== undefined);
  return Object.fromEntries(set.map((name) => [`variables.${name}`, variables[name]!]));
}

/** The run of a pipeline that people can look up. */
function invocationOf(variables: Readonly<Record<string, string>>): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = variables;
  if (server && repository && run)
    return `${server}/${repository}/actions/runs/${run}/attempts/${variables.GITHUB_RUN_ATTEMPT ?? '1'}`;
  return variables.BUILD_URL ?? variables.CI_JOB_URL;
}

/** The lock, which names every package with its digest, the tools that it locks, and the programs of this machine. */
function materialsOf({ host }: VerbContext, root: string): readonly Material[] {
  const text = host.fs.readTextIfExists(join(root, LOCK_FILE));
  const lock = readLock(host.fs, root).value;
  const locked = Object.entries(lock?.tools ?? {}).flatMap(([tool, { files }]) =>
    files.flatMap(({ name, version, file, sha256 }) =>
      sha256 === undefined ? [] : [{ name: `tool ${tool}: ${name} ${version} ${file}`, digest: { sha256 } }],
    ),
  );
  return [
    ...(text === undefined ? [] : [{ name: LOCK_FILE, digest: { sha256: digestOf(text).hash } }]),
    ...locked,
    ...measureTools(host).map(({ name, sha256 }) => ({ name: `program ${name}`, digest: { sha256 } })),
  ];
}

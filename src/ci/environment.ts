import type { Diagnostic } from '../base/index.ts';
import { signingKeys, type TargetSpec } from '../config/index.ts';
import type { CiCode } from './diagnostics.ts';

/** Without these no pipeline can run. */
const TOOLS: Readonly<Record<string, string>> = { bash: 'bash', git: 'git', python3: 'python3' };

export interface EnvironmentQuestion {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly has: (tool: string) => boolean;
  readonly specs: readonly TargetSpec[];
  /** That the caller asks for. */
  readonly required: readonly string[];
}

/** Tools and variables that are missing, each by its name, all at once. */
export function environmentProblems(question: EnvironmentQuestion): Diagnostic[] {
  const tools = Object.entries(TOOLS).filter(([tool]) => !question.has(tool));
  const variables = neededVariables(question).filter(({ name }) => !question.variables[name]);
  return [
    ...tools.map(([tool, pkg]) =>
      problem('ci/missing-tool', `${tool} is not on PATH`, `install it: \`apt-get install ${pkg}\``),
    ),
    ...variables.map(({ name, why }) =>
      problem('ci/missing-variable', `${name} is not set: ${why}`, `set ${name}`),
    ),
  ];
}

interface Needed {
  readonly name: string;
  readonly why: string;
}

function neededVariables({ variables, specs, required }: EnvironmentQuestion): Needed[] {
  const pairs: readonly (readonly [string, string])[] = [
    ['ARTIFACT_REPO_URL', 'ARTIFACT_REPO_TOKEN'],
    ['SONAR_HOST_URL', 'SONAR_TOKEN'],
  ];
  return [
    ...required.map((name) => ({ name, why: '--require names it' })),
    ...pairs.filter(([asks]) => variables[asks]).map(([asks, name]) => ({ name, why: `${asks} is set` })),
    ...(specs.some(hasReleaseKey)
      ? [{ name: 'KEYSTORE_PASSWORD', why: 'an app is signed with a key for releases' }]
      : []),
  ];
}

function hasReleaseKey(spec: TargetSpec): boolean {
  const android = 'android' in spec ? spec.android : undefined;
  return android !== undefined && signingKeys(android).some(({ kind }) => kind === 'release');
}

function problem(code: CiCode, message: string, hint: string): Diagnostic {
  return { code, severity: 'error', message, hint, cause: 'environment' };
}

import type { Diagnostic } from '../base/index.ts';
import type { Host } from '../host/index.ts';
import type { CliCode } from './diagnostics.ts';
import { isFolder } from './places.ts';

/** Variables of the document that decide what a build is called; an empty one is as good as none. */
const NAMING = ['BUILD_VERSION', 'BUILD_NUMBER', 'BUILD_ID', 'GIT_COMMIT', 'REGISTRY'] as const;

/** The same machine without variables that are set to nothing. */
export function withoutEmptyVariables(host: Host): Host {
  const { variables } = host.env;
  const empty = NAMING.filter((name) => variables[name] === '');
  if (empty.length === 0) return host;
  const kept = Object.entries(variables).filter(([name]) => !(empty as readonly string[]).includes(name));
  return { ...host, env: { ...host.env, variables: Object.fromEntries(kept) } };
}

/** A cache that cannot be one: it is said before anything is begun. */
export function cacheProblems({ fs, env }: Pick<Host, 'fs' | 'env'>): readonly Diagnostic[] {
  const path = env.variables.MOBILEOPS_CACHE ?? '';
  if (path === '' || isFolder(fs, path) !== false) return [];
  return [{ ...problem('MOBILEOPS_CACHE names a file', 'name a folder, or unset the variable'), path }];
}

/** What cannot be used of the variables that name a build. */
export function variableProblems(variables: Readonly<Record<string, string>>): readonly Diagnostic[] {
  return NAMING.flatMap((name) => {
    const value = variables[name];
    if (value === undefined || value === '') return [];
    const { isGood, hint } = RULES[name];
    return isGood(value) ? [] : [problem(`${name} cannot be \`${value}\``, hint)];
  });
}

interface Rule {
  readonly isGood: (value: string) => boolean;
  readonly hint: string;
}

/** What may stand in front of an image's name: a host with a port, then folders. */
const REGISTRY =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?(?:\/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*$/;

const TEXT: Rule = {
  isGood: (value) => value.length <= 200 && /^[^\p{Cc}]+$/u.test(value),
  hint: 'a line of at most 200 characters',
};

const RULES: Readonly<Record<(typeof NAMING)[number], Rule>> = {
  BUILD_VERSION: {
    isGood: (value) => /^[0-9A-Za-z][0-9A-Za-z._+-]{0,127}$/.test(value),
    hint: 'letters, digits and . _ + - only, for example 1.2.3: it stands in names of files and images',
  },
  BUILD_NUMBER: {
    isGood: (value) => /^[1-9]\d{0,14}$/.test(value),
    hint: 'a whole number from 1, for example 42',
  },
  BUILD_ID: TEXT,
  GIT_COMMIT: TEXT,
  REGISTRY: {
    isGood: (value) => REGISTRY.test(value),
    hint: 'a host, perhaps with a port and a path, in small letters: ghcr.io/team',
  },
};

function problem(message: string, hint: string): Diagnostic {
  const code: CliCode = 'cli/bad-variable';
  return { code, severity: 'error', message, hint, cause: 'input' };
}

import type { Diagnostic, Span } from '../base/index.ts';
import type { Host } from '../host/index.ts';
import type { ToolName } from '../rules/index.ts';

/** What proves a package by commands, and which tools of ours it stands for. */
interface KnownPackage {
  readonly commands: readonly string[];
  readonly tools: readonly ToolName[];
}

const known = (commands: readonly string[], tools: readonly ToolName[] = []): KnownPackage => ({
  commands,
  tools,
});

const KNOWN: Readonly<Record<string, KnownPackage>> = {
  'build-essential': known(['cc', 'c++', 'make'], ['cc', 'make']),
  'default-jdk': known(['javac'], ['java']),
  'default-jdk-headless': known(['javac'], ['java']),
  'docker.io': known(['docker']),
  'docker-ce': known(['docker']),
  bash: known(['bash'], ['bash']),
  clang: known(['clang'], ['cc']),
  curl: known(['curl']),
  docker: known(['docker']),
  gcc: known(['gcc'], ['cc']),
  git: known(['git']),
  make: known(['make'], ['make']),
  nodejs: known(['node']),
  npm: known(['npm']),
  'openjdk-11-jdk': known(['javac']),
  'openjdk-17-jdk': known(['javac'], ['java']),
  'openjdk-17-jdk-headless': known(['javac'], ['java']),
  'openjdk-21-jdk': known(['javac'], ['java']),
  python3: known(['python3'], ['python']),
  'python3-pip': known(['pip3']),
  'python3-venv': known([]),
  shellcheck: known(['shellcheck']),
  wget: known(['wget']),
};

/** Nothing of a build asks for these: we bring our own, or no target calls them. */
const SPARED = new Set(['nodejs', 'npm', 'shellcheck', 'python3-venv', 'docker', 'docker.io', 'docker-ce']);

const PACKAGE_LISTS = '/var/lib/dpkg/info';

/**
 * Looks for `dependencies.system` on the host: as an installed package where there is a package database, else as the
 * commands that prove it. A missing one is an error (exit 3) when a tool of the selected targets comes from it or when
 * we cannot know who needs it; it is a warning when it is known that none of `tools` does.
 */
export function checkSystemPackages(
  host: Pick<Host, 'fs' | 'env' | 'processes'>,
  names: readonly { readonly value: string; readonly span: Span }[],
  tools?: readonly ToolName[],
): readonly Diagnostic[] {
  const missing = names.filter(({ value }) => !isPresent(host, value));
  const all = missing.map(({ value }) => value).join(' ');
  return missing.map(({ value, span }) => {
    const isError = isNeeded(value, tools);
    return {
      code: 'toolchain/missing-system-package',
      severity: isError ? 'error' : 'warning',
      message: isError
        ? `'${value}' was not found on this machine`
        : `'${value}' was not found on this machine; no selected target needs it`,
      hint: `install it: \`apt-get install ${all}\``,
      span,
      ...(isError ? { cause: 'environment' as const } : {}),
    };
  });
}

function isNeeded(name: string, tools: readonly ToolName[] | undefined): boolean {
  if (SPARED.has(name)) return false;
  const provides = KNOWN[name]?.tools;
  if (provides === undefined || provides.length === 0 || tools === undefined) return true;
  return provides.some((tool) => tools.includes(tool));
}

function isPresent({ fs, env, processes }: Pick<Host, 'fs' | 'env' | 'processes'>, name: string): boolean {
  if (!/^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(name)) return false;
  const architecture = env.architecture === 'x64' ? 'amd64' : env.architecture;
  const lists = [`${PACKAGE_LISTS}/${name}.list`, `${PACKAGE_LISTS}/${name}:${architecture}.list`];
  if (lists.some((path) => fs.lstat(path) !== undefined)) return true;
  const path = `${env.variables.PATH ?? ''}:/usr/sbin:/sbin`;
  const commands = KNOWN[name]?.commands ?? [name];
  return commands.length > 0 && commands.every((command) => processes.which(command, path) !== undefined);
}

import { join } from 'node:path/posix';
import type { Checked } from '../base/index.ts';
import type { Host } from '../host/index.ts';
import type { RegistrySetting, RegistrySettings } from '../registry/index.ts';
import type { DependenciesCode } from './diagnostics.ts';

const VARIABLE = 'MOBILEOPS_REGISTRIES';
const EXAMPLE =
  '{"docker.io": {"mirrors": ["mirror.example:5000"]}, "mirror.example:5000": {"insecure": true}}';

/**
 * The user's settings for registries: the JSON file that MOBILEOPS_REGISTRIES names, else `mobileops/registries.json` below
 * XDG_CONFIG_HOME (`~/.config`). None is no problem; `undefined` for a file that cannot be used.
 */
export function readRegistrySettings({
  fs,
  env,
}: Pick<Host, 'fs' | 'env'>): Checked<RegistrySettings | undefined> {
  const { [VARIABLE]: named = '', XDG_CONFIG_HOME: config = '' } = env.variables;
  const usual = join(
    config === '' ? join(env.homeDirectory, '.config') : config,
    'mobileops',
    'registries.json',
  );
  const path = named === '' ? usual : named;
  const refuse = (message: string): Checked<undefined> => ({
    value: undefined,
    diagnostics: [
      {
        code: 'dependencies/bad-registries' satisfies DependenciesCode,
        severity: 'error',
        message: `the settings of registries ${message}`,
        hint: `write for example ${EXAMPLE}`,
        cause: 'input',
        path,
      },
    ],
  });
  try {
    const text = fs.readTextIfExists(path);
    if (text === undefined) return named === '' ? { value: {}, diagnostics: [] } : refuse('are not there');
    const value: unknown = JSON.parse(text);
    const problem = problemOf(value);
    return problem === undefined ? { value: value as RegistrySettings, diagnostics: [] } : refuse(problem);
  } catch (error) {
    return refuse(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function problemOf(value: unknown): string | undefined {
  if (!isObject(value)) return 'are no object';
  for (const [registry, setting] of Object.entries(value)) {
    if (!isObject(setting)) return `say nothing that can be used of ${registry}`;
    const { mirrors = [], insecure = false, ...rest } = setting as RegistrySetting & Record<string, unknown>;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) return `have an unknown member "${unknown}" of ${registry}`;
    if (!Array.isArray(mirrors) || mirrors.some((each) => typeof each !== 'string' || each === ''))
      return `have mirrors of ${registry} that are no list of names`;
    if (typeof insecure !== 'boolean')
      return `have an "insecure" of ${registry} that is neither true nor false`;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { type Checked, type Diagnostic, nearest } from '../../base/index.ts';
import type { RuleContext } from '../rule.ts';

/** The parts of an app's `package.json` that a build needs. */
export interface WebPackage {
  readonly scripts: Readonly<Record<string, string>>;
  readonly usesPackages: boolean;
}

/** The app's package.json with the script that builds it. */
export function checkedPackage(
  { sources, target }: Pick<RuleContext, 'sources' | 'target'>,
  script: string,
): Checked<WebPackage | undefined> {
  const path = `${target.directory}/package.json`;
  const text = sources.readText('package.json');
  if (text === undefined) return refused('pwa/no-package', `${target.directory} has no package.json`, path);
  const value = parsed(text);
  if (!isRecord(value)) return refused('pwa/no-package', 'it is not a JSON object', path);
  const scripts = textsOf(value.scripts);
  if (scripts[script] === undefined) {
    const similar = nearest(script, Object.keys(scripts));
    const hint = `add "${script}" to "scripts", or name another one by web.script in build.yaml`;
    return refused(
      'pwa/no-script',
      `it has no script "${script}"`,
      path,
      similar ? `${hint}; is "${similar}" meant?` : hint,
    );
  }
  const usesPackages = [value.dependencies, value.devDependencies].some(
    (each) => Object.keys(textsOf(each)).length > 0,
  );
  return { value: { scripts, usesPackages }, diagnostics: [] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function textsOf(value: unknown): Record<string, string> {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function refused(code: string, message: string, path: string, hint?: string): Checked<undefined> {
  const diagnostic: Diagnostic = {
    code,
    severity: 'error',
    message,
    path,
    cause: 'input',
    ...(hint ? { hint } : {}),
  };
  return { value: undefined, diagnostics: [diagnostic] };
}

/** What a plugin may ask for. */
export const PERMISSIONS = ['telemetry:read', 'notify', 'storage'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** `plugin.json`. */
export interface Manifest {
  readonly apiVersion: typeof API_VERSION;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** The module, relative to the plugin's folder. */
  readonly entry: string;
  readonly permissions: readonly Permission[];
}

const API_VERSION = 'plugins.mobileops.io/v1';
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

type Check = (value: unknown) => string | undefined;

const CHECKS: Readonly<Record<keyof Manifest, Check>> = {
  apiVersion: (value) => (value === API_VERSION ? undefined : `must be "${API_VERSION}"`),
  name: matching(NAME, 'must be words of small letters and digits with dashes between'),
  version: matching(VERSION, 'must be a version such as 1.0.0'),
  description: (value) =>
    typeof value === 'string' && value.trim() !== '' ? undefined : 'must say what the plugin does',
  entry: (value) =>
    typeof value === 'string' && /\.m?js$/.test(value) ? undefined : 'must name a .js or .mjs file',
  permissions: (value) => {
    if (!Array.isArray(value)) return 'must be a list';
    const unknown = value.filter((each) => !(PERMISSIONS as readonly unknown[]).includes(each));
    if (unknown.length > 0) return `${unknown.map(String).join(', ')}: there are ${PERMISSIONS.join(', ')}`;
    return new Set(value).size === value.length ? undefined : 'must not name a permission twice';
  },
};

/** The manifest in a text, or everything that is wrong with it. */
export function readManifest(text: string): { manifest: Manifest } | { problems: string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problems: [`not JSON: ${(error as Error).message}`] };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { problems: ['must be an object'] };
  const given = value as Record<string, unknown>;
  const problems = [
    ...Object.keys(given)
      .filter((key) => !Object.hasOwn(CHECKS, key))
      .map((key) => `${key}: unknown key`),
    ...Object.entries(CHECKS).flatMap(([key, check]) => {
      const problem = key in given ? check(given[key]) : 'is missing';
      return problem === undefined ? [] : [`${key}: ${problem}`];
    }),
  ];
  return problems.length > 0 ? { problems } : { manifest: value as Manifest };
}

function matching(pattern: RegExp, problem: string): Check {
  return (value) => (typeof value === 'string' && pattern.test(value) ? undefined : problem);
}

import { dirname, join, resolve } from 'node:path/posix';

/** Where one setting stands. */
export interface SettingOrigin {
  /** Relative to the top of the repository, or absolute. */
  readonly file: string;
  /** Lower-case section and name. */
  readonly key: string;
  readonly value: string;
}

/** Reads what `git config --list --show-origin -z` writes; settings of the command line stand in no file. */
export function settingOrigins(text: string): SettingOrigin[] {
  const parts = text.split('\0');
  const found: SettingOrigin[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const origin = parts[at]!;
    const [key = '', ...value] = parts[at + 1]!.split('\n');
    if (origin.startsWith('file:'))
      found.push({ file: origin.slice('file:'.length), key, value: value.join('\n') });
  }
  return found;
}

export interface SettingsPlace {
  /** The repository's top, to which git relates paths. */
  readonly top: string;
  readonly home: string | undefined;
  readonly xdgConfigHome: string | undefined;
  /** Git itself, by which its prefix is known. */
  readonly programs: readonly string[];
}

/**
 * Files of settings, absolute, beside the repository's own: those that git has read, those that they include or would
 * include, and those that it would read if they were there.
 */
export function settingsFiles(place: SettingsPlace, origins: readonly SettingOrigin[]): string[] {
  const { top, home } = place;
  const files = new Set<string>(standardFiles(place));
  for (const { file, key, value } of origins) {
    const from = resolve(top, file);
    files.add(from);
    if (!/^include(if\..*)?\.path$/s.test(key)) continue;
    const included = expanded(value, home);
    if (included !== undefined) files.add(resolve(dirname(from), included));
  }
  return [...files];
}

/** Whether the settings depend on which branch is checked out. */
export function dependsOnBranch(origins: readonly SettingOrigin[]): boolean {
  return origins.some(({ key }) => key.startsWith('includeif.onbranch:'));
}

/** Of the system, by where git is installed, and of the user. */
function standardFiles({ home, xdgConfigHome, programs }: SettingsPlace): string[] {
  const config = xdgConfigHome || (home === undefined ? undefined : join(home, '.config'));
  return [
    '/etc/gitconfig',
    ...programs.map((program) => join(dirname(dirname(program)), 'etc', 'gitconfig')),
    ...(home === undefined ? [] : [join(home, '.gitconfig')]),
    ...(config === undefined ? [] : [join(config, 'git', 'config'), join(config, 'git', 'ignore')]),
  ];
}

/** Another user's home is not looked up: such a file is watched only once git has read it. */
function expanded(path: string, home: string | undefined): string | undefined {
  if (!path.startsWith('~')) return path;
  return path.startsWith('~/') && home !== undefined ? join(home, path.slice(2)) : undefined;
}

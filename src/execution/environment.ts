/** Variables that make common tools deterministic; an action's own come on top. */
export interface EnvironmentSettings {
  readonly timezone: string;
  readonly locale: string;
}

/** 1980-01-01, the first moment that a zip can hold. */
export const SOURCE_DATE_EPOCH = 315532800;

export const SYSTEM_PATH = '/usr/bin:/bin:/usr/sbin:/sbin';

/** Bits of this number are part of every key: raise it when the sandbox shows an action something else. */
export const SANDBOX_VERSION = 4;

export function actionEnvironment(
  settings: EnvironmentSettings,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    TZ: settings.timezone,
    LANG: settings.locale,
    LC_ALL: settings.locale,
    SOURCE_DATE_EPOCH: String(SOURCE_DATE_EPOCH),
    PYTHONHASHSEED: '0',
    PYTHONDONTWRITEBYTECODE: '1',
    TAR_OPTIONS: `--sort=name --owner=0 --group=0 --numeric-owner --mtime=@${SOURCE_DATE_EPOCH} --format=gnu`,
    HOME: '/home',
    TMPDIR: '/tmp',
    USER: 'root',
    ...own,
    PATH: own.PATH === undefined || own.PATH === '' ? SYSTEM_PATH : `${own.PATH}:${SYSTEM_PATH}`,
  };
}

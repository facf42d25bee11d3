import type { Host } from '../host/index.ts';

/** The Python that actions run, and so the one that wheels are chosen for. */
export interface HostPython {
  /** Absolute path of the interpreter. */
  readonly path: string;
  /** `3.11`. */
  readonly version: string;
}

const OLDEST_MINOR = 11;

/**
 * Prefers `/usr/bin`, which every sandbox shows: `python3` there, then `python3.<newest>`; then `python3` of PATH. The
 * version is told by the name of the link's target or by the program itself.
 */
export async function findHostPython(
  host: Pick<Host, 'fs' | 'processes' | 'env'>,
): Promise<HostPython | undefined> {
  const numbered = [16, 15, 14, 13, 12, 11].map((minor) => `/usr/bin/python3.${minor}`);
  const ofPath = host.processes.which('python3', host.env.variables.PATH ?? '');
  for (const path of ['/usr/bin/python3', ...numbered, ...(ofPath === undefined ? [] : [ofPath])]) {
    const version = await versionOf(host, path);
    if (version !== undefined && Number(version.split('.')[1]) >= OLDEST_MINOR) return { path, version };
  }
  return undefined;
}

async function versionOf(host: Pick<Host, 'fs' | 'processes'>, path: string): Promise<string | undefined> {
  const stat = host.fs.lstat(path);
  if (!stat) return undefined;
  const target = stat.type === 'symlink' ? host.fs.readLink(path) : path;
  const named = /(?:^|\/)python(3\.\d+)$/.exec(target);
  if (named) return named[1];
  try {
    const program = 'import sys; print("%d.%d" % sys.version_info[:2])';
    const output = await host.processes.run([path, '-I', '-c', program], { env: { PATH: '/usr/bin:/bin' } });
    const said = Buffer.from(output.stdout).toString().trim();
    return output.code === 0 && /^3\.\d+$/.test(said) ? said : undefined;
  } catch {
    return undefined;
  }
}

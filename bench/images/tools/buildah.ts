import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, toolEnvironment } from '../tool-environment.ts';
import { dockerfilePath } from './dockerfile.ts';
import {
  IMAGE_NAME,
  type ImageTool,
  indexDigest,
  keepsBoth,
  outputOf,
  printedDigest,
  storageOf,
  versionIn,
} from './image-tool.ts';

function buildah(name: string, { pushes }: { pushes: boolean }): ImageTool {
  return {
    name,
    note: pushes
      ? 'the same, then `buildah push` into an OCI layout, layers gzip'
      : '`buildah bud --layers --isolation=chroot`; layers uncompressed in its own storage',
    canRun: true,
    missing() {
      if (findProgram('buildah') === undefined) return 'buildah is missing (apt: buildah)';
      return process.getuid?.() === 0 ? undefined : 'buildah is run as root here';
    },
    version() {
      const text = execFileSync(findProgram('buildah')!, ['--version'], { encoding: 'utf8' });
      return `${versionIn(text)}, ${storageDriver()}`;
    },
    keeps: keepsBoth,
    async open({ scratch, work, registry }) {
      const storage = storageOf({ scratch });
      const output = outputOf({ scratch });
      mkdirSync(storage, { recursive: true });
      const env = toolEnvironment(scratch);
      const all = programWith(storage, storageDriver());
      const dockerfile = dockerfilePath(scratch, work, registry);
      const build = [
        ...all,
        'bud',
        '--layers',
        '--isolation=chroot',
        '--format=oci',
        '--tls-verify=false',
        '-q',
      ];
      const argv = [...build, '-t', IMAGE_NAME, '-f', dockerfile, join(work.root, 'context')];
      const push = [...all, 'push', '-q', IMAGE_NAME, `oci:${output}:latest`];
      return {
        build: pushes ? { argv: oneAfterTheOther(argv, push), env } : { argv, env },
        toReadable: pushes ? [] : [{ argv: push, env }],
        readable: output,
        identity: (text) => (pushes ? indexDigest(output) : printedDigest(text)),
        pids: [],
        stop: () => undefined,
      };
    },
  };
}

function programWith(storage: string, driver: string): string[] {
  const folders = ['--root', join(storage, 'root'), '--runroot', join(storage, 'run')];
  return [findProgram('buildah')!, ...folders, '--storage-driver', driver];
}

let driver: string | undefined;

/** Overlay where the kernel and the disk can do it, else whole copies. */
function storageDriver(): string {
  if (driver !== undefined) return driver;
  const folder = mkdtempSync(join(tmpdir(), 'mobileops-bench-buildah-'));
  const [program, ...words] = programWith(folder, 'overlay');
  const { status } = spawnSync(program!, [...words, 'info'], {
    env: toolEnvironment(folder),
    stdio: 'ignore',
  });
  rmSync(folder, { recursive: true, force: true });
  driver = status === 0 ? 'overlay' : 'vfs';
  return driver;
}

/** As one command: the words are given to the shell, not written into its text. */
function oneAfterTheOther(first: readonly string[], second: readonly string[]): string[] {
  const program = `n=$1; shift; "\${@:1:$n}" && "\${@:$((n + 1))}"`;
  return ['bash', '-c', program, 'bash', String(first.length), ...first, ...second];
}

export const buildahTools = [buildah('buildah', { pushes: false }), buildah('buildah-oci', { pushes: true })];

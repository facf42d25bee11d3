import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Daemon } from '../daemon.ts';
import { findProgram, toolEnvironment } from '../tool-environment.ts';
import { dockerfilePath } from './dockerfile.ts';
import { type ImageTool, indexDigest, keepsBoth, outputOf, storageOf, versionIn } from './image-tool.ts';

/** BuildKit's own server, with what we make as its output: an OCI layout. */
function buildkit(name: string, compression: 'gzip' | 'uncompressed'): ImageTool {
  return {
    name,
    note: `buildkitd and buildctl, overlayfs, runc; into an OCI layout, layers ${compression}`,
    canRun: true,
    missing(programs) {
      if (!existsSync(join(programs, 'buildkitd'))) return 'buildkitd could not be built (needs Go)';
      if (findProgram('runc') === undefined) return 'runc is missing (apt: runc)';
      return process.getuid?.() === 0 ? undefined : 'buildkitd needs root here';
    },
    version: (programs) => versionOfModule(join(programs, 'buildkitd')),
    keeps: keepsBoth,
    async open({ scratch, work, registry, programs }) {
      const storage = storageOf({ scratch });
      mkdirSync(storage, { recursive: true });
      const address = `unix://${join(scratch, 'buildkit.sock')}`;
      const env = toolEnvironment(scratch, { BUILDKIT_HOST: address });
      const settings = join(scratch, 'buildkitd.toml');
      writeFileSync(settings, `[registry."${registry}"]\n  http = true\n`);
      const client = join(programs, 'buildctl');
      const daemon = await Daemon.start({
        argv: [
          ...[join(programs, 'buildkitd'), '--config', settings, '--addr', address, '--root', storage],
          ...['--oci-worker=true', '--containerd-worker=false', '--oci-worker-snapshotter=overlayfs'],
          ...['--oci-worker-binary', findProgram('runc')!],
        ],
        env,
        log: join(scratch, 'buildkitd.log'),
        isReady: async () => execFileSync(client, ['debug', 'workers'], { env, stdio: 'pipe' }).length > 0,
      });
      const output = outputOf({ scratch });
      const dockerfile = dirname(dockerfilePath(scratch, work, registry));
      const build = [
        client,
        'build',
        '--frontend',
        'dockerfile.v0',
        '--local',
        `context=${join(work.root, 'context')}`,
      ];
      const into = `type=oci,tar=false,dest=${output},name=bench,compression=${compression}`;
      return {
        build: { argv: [...build, '--local', `dockerfile=${dockerfile}`, '--output', into], env },
        toReadable: [],
        readable: output,
        identity: () => indexDigest(output),
        pids: [daemon.pid],
        stop: () => daemon.stop(),
      };
    },
  };
}

/** The programs do not know their own version when they are built as a dependency; Go's record in them does. */
function versionOfModule(program: string): string {
  const go = findProgram('go', ['/usr/local/go/bin'])!;
  const text = execFileSync(go, ['version', '-m', program], { encoding: 'utf8' });
  return versionIn(/(?:dep|mod)\s+github.com\/moby\/buildkit\s+v(\S+)/.exec(text)?.[1] ?? 'unknown');
}

export const buildkitTools = [buildkit('buildkit', 'gzip'), buildkit('buildkit-plain', 'uncompressed')];

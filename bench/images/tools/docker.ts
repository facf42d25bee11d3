import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Daemon } from '../daemon.ts';
import { findProgram, toolEnvironment } from '../tool-environment.ts';
import { dockerfilePath } from './dockerfile.ts';
import {
  IMAGE_NAME,
  type ImageTool,
  keepsBoth,
  outputOf,
  printedDigest,
  storageOf,
  versionIn,
} from './image-tool.ts';

/** Debian's comes first: its BuildKit is the daemon's own, where newer clients want a plugin. */
const client = (): string | undefined => findProgram('docker', ['/usr/bin']);
const server = (): string | undefined => findProgram('dockerd');

/** BuildKit as apt's docker.io has it: layers stay uncompressed in Docker's own storage. */
export const dockerTool: ImageTool = {
  name: 'docker',
  note: "`DOCKER_BUILDKIT=1 docker build`, overlay2; layers uncompressed in Docker's own storage, not ready to be pushed",
  canRun: true,
  missing() {
    if (server() === undefined || client() === undefined) return 'dockerd is missing (apt: docker.io)';
    return process.getuid?.() === 0 ? undefined : 'dockerd needs root';
  },
  version: () => versionIn(execFileSync(server()!, ['--version'], { encoding: 'utf8' })),
  keeps: keepsBoth,
  async open({ scratch, work, registry }) {
    const storage = storageOf({ scratch });
    const socket = join(scratch, 'docker.sock');
    const output = outputOf({ scratch });
    const execRoot = join(storage, 'exec');
    mkdirSync(storage, { recursive: true });
    mkdirSync(output, { recursive: true });
    const env = toolEnvironment(scratch, { DOCKER_HOST: `unix://${socket}`, DOCKER_BUILDKIT: '1' });
    const daemon = await Daemon.start({
      argv: [
        ...[server()!, '--storage-driver', 'overlay2', '--iptables=false', '--ip6tables=false'],
        ...['--bridge=none', '--data-root', join(storage, 'data'), '--exec-root', execRoot],
        ...['--pidfile', join(storage, 'pid'), '-H', `unix://${socket}`],
      ],
      env,
      log: join(scratch, 'dockerd.log'),
      isReady: async () =>
        existsSync(socket) && execFileSync(client()!, ['version'], { env, stdio: 'pipe' }).length > 0,
      pidFiles: [join(execRoot, 'containerd', 'containerd.pid')],
    });
    const archive = join(output, 'image.tar');
    const readable = join(output, 'image');
    const dockerfile = dockerfilePath(scratch, work, registry);
    const build = [client()!, 'build', '--network=none', '-q', '-t', IMAGE_NAME];
    return {
      build: { argv: [...build, '-f', dockerfile, join(work.root, 'context')], env },
      toReadable: [
        { argv: [client()!, 'save', '-o', archive, IMAGE_NAME], env },
        { argv: ['rm', '-rf', readable], env },
        { argv: ['mkdir', readable], env },
        { argv: ['tar', '-xf', archive, '-C', readable], env },
      ],
      readable,
      identity: printedDigest,
      pids: [daemon.pid],
      stop: () => daemon.stop(),
    };
  },
};

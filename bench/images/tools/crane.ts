import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { toolEnvironment } from '../tool-environment.ts';
import { BASE, IMAGE_NAME, type ImageTool, keepsBoth, outputOf, versionIn } from './image-tool.ts';

/** GNU tar makes a layer of each folder, `crane append` the image: it remembers nothing, and cannot run anything. */
export const craneTool: ImageTool = {
  name: 'crane',
  note: "`tar` for each layer, then `crane append -o`; an archive of Docker's with layers gzip; no cache, no RUN",
  canRun: false,
  missing: (programs) =>
    existsSync(join(programs, 'crane')) ? undefined : 'crane could not be built (needs Go)',
  version(programs) {
    const text = execFileSync(join(programs, 'crane'), ['version'], { encoding: 'utf8' });
    return versionIn(text);
  },
  keeps: keepsBoth,
  async open({ scratch, work, registry, programs }) {
    const output = outputOf({ scratch });
    mkdirSync(output, { recursive: true });
    const env = toolEnvironment(scratch);
    const image = join(output, 'image.tar');
    const readable = join(output, 'image');
    const archives = work.folders.map((folder) => join(output, `${folder}.tar`));
    const base = work.hasBase ? ['-b', `${registry}/${BASE}`] : ['--oci-empty-base'];
    const append = [join(programs, 'crane'), 'append', ...base, ...archives.flatMap((path) => ['-f', path])];
    return {
      build: {
        argv: [
          'bash',
          '-c',
          PROGRAM,
          'bash',
          String(work.folders.length),
          ...work.folders,
          ...append,
          '-t',
          IMAGE_NAME,
        ],
        env: { ...env, CONTEXT: join(work.root, 'context'), OUTPUT: output },
      },
      toReadable: [
        { argv: ['rm', '-rf', readable], env },
        { argv: ['mkdir', readable], env },
        { argv: ['tar', '-xf', image, '-C', readable], env },
      ],
      readable,
      identity: () => undefined,
      pids: [],
      stop: () => undefined,
    };
  },
};

/** The folders, and then the command that puts them together. */
const PROGRAM = [
  'set -e; n=$1; shift',
  'for folder in "${@:1:$n}"; do',
  '  tar --sort=name --owner=0 --group=0 --transform="s,^,data/," -C "$CONTEXT" -cf "$OUTPUT/$folder.tar" "$folder"',
  'done',
  '"${@:$((n + 1))}" -o "$OUTPUT/image.tar"',
].join('\n');

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ourProgram, ourVersion } from '../../tools/index.ts';
import { toolEnvironment } from '../tool-environment.ts';
import { dockerfileOf } from '../works.ts';
import { type ImageTool, indexDigest, storageOf } from './image-tool.ts';

/** The base is an image of the workspace, and is made too when there is nothing yet. */
export const ourImageTool: ImageTool = {
  name: 'ours',
  note: '`mobileops build image:NAME`; into an OCI layout in dist/, layers gzip; the base is built, not pulled',
  canRun: true,
  missing: () => undefined,
  version: () => ourVersion(),
  keeps: (place) => [storageOf(place), join(place.work.root, 'dist'), join(place.work.root, 'build-cache')],
  async open({ scratch, work }) {
    const files = new Map([['build-config.yaml', CONFIGURATION]]);
    const dockerfile = dockerfileOf(work, { base: 'mobileops-base:latest', prefix: 'context/' });
    files.set(`docker/Dockerfile.${work.name}`, dockerfile);
    if (work.hasBase) files.set('docker/Dockerfile.base', 'FROM scratch\nENV PATH=/bin\nCOPY base/ /\n');
    mkdirSync(join(work.root, 'docker'), { recursive: true });
    for (const [path, text] of files) writeFileSync(join(work.root, path), text);
    const env = toolEnvironment(scratch, { MOBILEOPS_CACHE: storageOf({ scratch }) });
    const readable = join(work.root, 'dist', 'images', work.name);
    return {
      build: { argv: [process.execPath, ourProgram(), 'build', `image:${work.name}`, '-C', work.root], env },
      toReadable: [],
      readable,
      identity: () => indexDigest(readable),
      pids: [],
      stop: () => undefined,
    };
  },
};

const CONFIGURATION = `apiVersion: build.mobileops.io/v1
kind: BuildConfiguration
metadata:
  name: bench
spec:
  version: "1.0.0"
`;

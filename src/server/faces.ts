import { artifactFace } from './artifacts/artifact-face.ts';
import { buildsFace } from './builds/builds-face.ts';
import { ciFace } from './ci/ci-face.ts';
import { docsFace } from './docs/docs-face.ts';
import { installFace } from './install/install-face.ts';
import { npmFace } from './npm/npm-face.ts';
import { ociFace } from './oci/oci-face.ts';
import { pagesFace } from './pages/pages-face.ts';
import { pypiFace } from './pypi/pypi-face.ts';
import type { Face } from './services.ts';

/** What the server speaks, in the order in which the faces are asked. */
export const FACES: readonly Face[] = [
  pagesFace,
  buildsFace,
  ciFace,
  installFace,
  docsFace,
  artifactFace,
  npmFace,
  ociFace,
  pypiFace,
];

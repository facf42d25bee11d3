import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dockerfileOf, type Work } from '../works.ts';
import { BASE } from './image-tool.ts';

/** Writes the Dockerfile of a peer and gives its path; it lies outside the context. */
export function dockerfilePath(scratch: string, work: Work, registry: string): string {
  const folder = join(scratch, 'dockerfile');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'Dockerfile');
  writeFileSync(path, dockerfileOf(work, { base: `${registry}/${BASE}`, prefix: '' }));
  return path;
}

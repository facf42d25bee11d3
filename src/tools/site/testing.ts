import { posix } from 'node:path';
import { MemoryFileSystem } from '../../host/testing.ts';
import type { Tool } from '../tool.ts';

export type Files = Readonly<Record<string, string | Buffer>>;

/** Runs a command on a site in a fresh folder; gives the named files afterwards, or the failure. */
export async function onSite(
  tool: Tool,
  files: Files,
  options: { args?: string[]; read?: string[] } = {},
): Promise<string | string[]> {
  const fs = new MemoryFileSystem();
  for (const [path, content] of Object.entries(files)) {
    fs.makeDirectory(posix.dirname(`/w/${path}`));
    fs.writeFile(`/w/${path}`, content);
  }
  const context = { fs, workingDirectory: '/w', temporaryDirectory: '/w' };
  const result = await tool([...(options.args ?? []), 'site'], context);
  if (!result.ok) return result.failure.message;
  return (options.read ?? []).map((path) => fs.readText(`/w/${path}`));
}

/** The head of a PNG file: what tells its size. */
export function png(width: number, height = width): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([head, size]);
}

export const page = '<!doctype html><html><head><title>t</title></head><body></body></html>';

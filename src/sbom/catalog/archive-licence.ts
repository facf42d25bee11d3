import { untarGzip, unzip } from '../../archives/index.ts';
import type { Found } from './found.ts';
import { bufferOf, readJar } from './jar.ts';
import { readNodePackage } from './node.ts';
import { readPythonMetadata } from './python.ts';

/** What the package in a wheel, a jar, an AAR or a `.tgz` of npm declares as its licence; `undefined` where it declares none. */
export function archiveLicence(file: string, bytes: Uint8Array): string | undefined {
  if (file.endsWith('.whl')) {
    const wants = (path: string): boolean => /^[^/]+\.dist-info\/METADATA$/.test(path);
    const found = unzip(bytes, { wants });
    return found.ok
      ? licenceIn(found.value.flatMap(({ path, content }) => readPythonMetadata(path, bufferOf(content))))
      : undefined;
  }
  if (file.endsWith('.tgz')) {
    const wants = (path: string): boolean => /^[^/]+\/package\.json$/.test(path);
    const found = untarGzip(bytes, { wants });
    return found.ok
      ? licenceIn(found.value.flatMap(({ path, content }) => readNodePackage(path, bufferOf(content))))
      : undefined;
  }
  return licenceIn(readJar(file, bufferOf(bytes)).filter((each) => !('inside' in each)));
}

function licenceIn(found: readonly Found[]): string | undefined {
  for (const each of found)
    if (each.kind !== 'not-listed' && 'licence' in each && each.licence) return each.licence;
  return undefined;
}

import { basename } from 'node:path/posix';
import {
  type AppFacts,
  type AppFailure,
  type AppPlace,
  type AppReading,
  type AppWorld,
  appFacts,
} from '../apps/index.ts';
import { ok, type Result, withoutAbsent } from '../base/index.ts';
import { type Catalogue, makeCatalogue, type Sighting } from './catalog/catalogue.ts';
import { sinkFor } from './catalog/sink-for.ts';
import { billOf } from './folder-sbom.ts';
import type { Component, Sbom } from './model.ts';

/** What an app is, and what was found in its package. */
export interface ListedApp {
  readonly subject: Component;
  readonly catalogue: Catalogue;
  readonly facts: AppFacts;
}

/**
 * The libraries that say in the package of an app which they are, its programs and its models. Of code that was joined or shrunk
 * nothing is left to tell its libraries by: for an app of the workspace the lock tells them. `reading` is what is done with the
 * package on the same way.
 */
export async function catalogueApp(
  world: AppWorld,
  place: AppPlace,
  { also = [], verifies = false }: AppReading = {},
): Promise<Result<ListedApp, AppFailure>> {
  const sightings: Sighting[] = [];
  const facts = await appFacts(world, place, {
    verifies,
    also: [
      ({ name: path, sizeBytes, mode }, content) => {
        const sink = sinkFor({ path, sizeBytes, isExecutable: (mode & 0o111) !== 0 || path.endsWith('.so') });
        if (!sink) return;
        sink.take(content);
        sightings.push({ path, found: sink.end() });
      },
      ...also,
    ],
  });
  if (!facts.ok) return facts;
  const catalogue = makeCatalogue([...sightings, ...ownParts(facts.value)]);
  return ok({ subject: appComponent(facts.value), catalogue, facts: facts.value });
}

/** Code of the app itself, and frameworks of iOS. */
function ownParts({ size, android, ios }: AppFacts): readonly Sighting[] {
  const hashes = new Map(size.entries.map(({ path, sha256 }) => [path, sha256]));
  const abis = new Map(android?.native.map(({ path, abi }) => [path, abi]) ?? []);
  const code = size.entries.filter(({ path }) => abis.has(path) || /(?:^|\/)classes\d*\.dex$/.test(path));
  const files = code.map(({ path, sha256 }): Sighting => {
    const abi = abis.get(path);
    return {
      path,
      found: [
        {
          kind: 'file',
          type: abi === undefined ? 'file' : 'library',
          name: basename(path),
          hashes: [{ algorithm: 'sha256', hex: sha256 }],
          ...(abi === undefined ? {} : { facts: { 'android:abi': abi } }),
        },
      ],
    };
  });
  const bundles = (ios?.bundles ?? []).slice(1).map(({ path, kind, id, version, executable }): Sighting => {
    const hex = hashes.get(`${path}/${executable}`);
    return {
      path,
      found: [
        {
          kind: 'file',
          type: kind === 'framework' ? 'library' : 'application',
          name: id,
          ...(version === '' ? {} : { version }),
          ...(hex === undefined ? {} : { hashes: [{ algorithm: 'sha256', hex }] }),
        },
      ],
    };
  });
  return [...files, ...bundles];
}

function appComponent({ file, app, android, ios }: AppFacts): Component {
  const { name, format, sha256 } = file;
  return {
    id: `file:${basename(name)}`,
    type: 'application',
    name: app.id,
    version: app.version,
    hashes: [{ algorithm: 'sha256', hex: sha256 }],
    places: [basename(name)],
    facts: withoutAbsent({
      'app:build': app.build,
      'app:format': format,
      'app:label': app.label,
      'app:minimum-system': android ? `Android API ${android.minSdk}` : ios?.bundles[0]?.minimumOs,
    }),
  };
}

export function appSbom({ subject, catalogue }: ListedApp): Sbom {
  return { ...billOf(subject, catalogue), phase: 'post-build' };
}

import type { BlobStore } from '../blobs/blob-store.ts';
import type { Services } from '../services.ts';
import { RepositoryBlobs } from './repository-blobs.ts';
import { RepositoryManifests } from './repository-manifests.ts';

/** What the registry's handlers share. */
export interface Registry {
  readonly services: Services;
  readonly blobs: BlobStore;
  readonly has: RepositoryBlobs;
  readonly manifests: RepositoryManifests;
}

export function makeRegistry(services: Services): Registry {
  const { database, clock, blobs } = services;
  return {
    ...{ services, blobs },
    has: new RepositoryBlobs(database, clock),
    manifests: new RepositoryManifests(database, clock),
  };
}

import type { Face } from '../services.ts';
import { ArtifactStore } from './artifact-store.ts';
import { addChannelRoutes } from './channel-routes.ts';
import { addReadRoutes } from './read-routes.ts';
import { ARTIFACT_MIGRATIONS } from './tables.ts';
import { addUploadRoutes } from './upload-routes.ts';

/** The artifact repository: files of versions, which never change, and channels that point to versions. */
export const artifactFace: Face = {
  name: 'artifacts',
  migrations: ARTIFACT_MIGRATIONS,
  heldBlobs: 'SELECT digest FROM artifactFiles WHERE removedAtMs IS NULL',
  addRoutes: (routes, services) => {
    const store = new ArtifactStore(services);
    addUploadRoutes(routes, services, store);
    addReadRoutes(routes, services, store);
    addChannelRoutes(routes, store);
  },
};

import type { Face } from '../services.ts';
import { PypiStore } from './pypi-store.ts';
import { addReadRoutes } from './read-routes.ts';
import { PYPI_MIGRATIONS } from './tables.ts';
import { addUploadRoutes } from './upload-routes.ts';

/** The Python package index: the simple API (PEP 503, 592, 658, 691) to read, the legacy upload API of twine and uv to write. */
export const pypiFace: Face = {
  name: 'pypi',
  migrations: PYPI_MIGRATIONS,
  heldBlobs:
    'SELECT digest FROM pypiFiles UNION SELECT metadataDigest AS digest FROM pypiFiles WHERE metadataDigest IS NOT NULL',
  addRoutes: (routes, services) => {
    const store = new PypiStore(services);
    addUploadRoutes(routes, services, store);
    addReadRoutes(routes, services, store);
  },
};

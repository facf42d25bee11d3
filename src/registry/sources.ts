import { fail, type Result } from '../base/index.ts';
import type { CompleteReference } from '../oci/index.ts';
import { Session } from './exchange/session.ts';
import type { Place, RegistryFailure } from './failure.ts';
import { type Endpoint, pullEndpoints } from './settings.ts';
import type { ClientContext } from './world.ts';

interface Source {
  readonly session: Session;
  readonly place: Place;
  readonly endpoint: Endpoint;
}

/** Where an image is pulled from: its mirrors in their order, then its registry. */
export class Sources {
  readonly #context: ClientContext;
  readonly #sources: readonly Source[];
  /** Mirrors that are not there at all are not asked for each blob again. */
  readonly #absent = new Set<Source>();

  constructor(context: ClientContext, { registry, repository }: CompleteReference) {
    this.#context = context;
    this.#sources = pullEndpoints(context.settings, registry, repository).map((endpoint) => ({
      endpoint,
      session: new Session(context, endpoint),
      place: { registry: endpoint.host, repository: endpoint.repository },
    }));
  }

  /** The first that can; the failure of the registry itself where none can. */
  async first<T>(
    ask: (session: Session, place: Place) => Promise<Result<T, RegistryFailure>>,
  ): Promise<Result<T, RegistryFailure>> {
    for (const source of this.#sources) {
      if (this.#absent.has(source)) continue;
      const result = await ask(source.session, source.place);
      if (result.ok || !source.endpoint.isMirror || result.failure.kind === 'interrupted') return result;
      if (LASTING.includes(result.failure.kind)) this.#absent.add(source);
      this.#context.onEvent({
        type: 'mirror.failed',
        registry: source.place.registry,
        because: result.failure.kind,
      });
    }
    const { place } = this.#sources.at(-1)!;
    return fail({ kind: 'unreachable', ...place, code: 'NO_SOURCE' });
  }
}

const LASTING: readonly RegistryFailure['kind'][] = ['unreachable', 'untrusted', 'stalled', 'unauthorised'];

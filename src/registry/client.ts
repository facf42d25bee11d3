import { ok, type Result } from '../base/index.ts';
import type { CompleteReference, Descriptor } from '../oci/index.ts';
import { type FoundCredential, findCredential } from './access/credentials.ts';
import { Secrets } from './access/secrets.ts';
import { Session } from './exchange/session.ts';
import type { Place, RegistryFailure } from './failure.ts';
import type { Platform } from './platform.ts';
import { type PulledImage, type PullRequest, pullImage, resolveImage } from './pull.ts';
import { type PushedImage, type PushRequest, pushImage } from './push.ts';
import { type AttachRequest, attachReferrer } from './referrers/attach-referrer.ts';
import {
  type ReferredImage,
  type ReferrersRequest,
  readReferrers,
  taggedLayers,
} from './referrers/read-referrers.ts';
import { endpointOf, type RegistrySettings } from './settings.ts';
import { Sources } from './sources.ts';
import { type ClientContext, LIMITS, type Limits, type RegistryEvent, type RegistryWorld } from './world.ts';

export interface RegistryClientOptions {
  readonly world: RegistryWorld;
  readonly settings?: RegistrySettings;
  readonly onEvent?: (event: RegistryEvent) => void;
  readonly limits?: Partial<Limits>;
}

/** What an image is, without its layers: enough to plan on top of it and to lock it. */
export interface ImageSummary {
  /** What the reference names there; by its digest it is pulled again. */
  readonly named: Descriptor;
  /** The manifest of the image for the platform. */
  readonly manifest: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly config: { readonly descriptor: Descriptor; readonly bytes: Uint8Array };
}

/**
 * Pulls from and pushes to registries. Credentials are looked up when a registry asks for them, once for each host.
 * An aborted `signal` ends what is under way with the failure `interrupted`; what was transferred is kept.
 */
export class RegistryClient {
  readonly #options: RegistryClientOptions;
  readonly #secrets = new Secrets();
  readonly #credentials = new Map<string, Promise<FoundCredential>>();

  constructor(options: RegistryClientOptions) {
    this.#options = options;
  }

  /** Asks what a reference names, and which image is for the platform. */
  async resolve(
    reference: CompleteReference,
    { platform, signal }: { readonly platform: Platform; readonly signal: AbortSignal },
  ): Promise<Result<ImageSummary, RegistryFailure>> {
    const { context } = this.#begin(signal);
    const resolved = await resolveImage(new Sources(context, reference), reference, platform);
    if (!resolved.ok) return resolved;
    const { named, manifest, config } = resolved.value;
    const { document } = manifest;
    return ok({
      named,
      manifest: manifest.descriptor,
      layers: document.layers,
      config: { descriptor: document.config, bytes: config },
    });
  }

  /** Brings an image into a sink. */
  pull(
    request: PullRequest & { readonly signal: AbortSignal },
  ): Promise<Result<PulledImage, RegistryFailure>> {
    const { context, stop } = this.#begin(request.signal);
    return pullImage(context, request, stop);
  }

  /** Pushes an image or an index. */
  push(
    request: PushRequest & { readonly signal: AbortSignal },
  ): Promise<Result<PushedImage, RegistryFailure>> {
    const { context, stop } = this.#begin(request.signal);
    return pushImage(context, request, stop);
  }

  /** Pushes what says something of an image that is there. */
  attach(
    request: AttachRequest & { readonly signal: AbortSignal },
  ): Promise<Result<PushedImage, RegistryFailure>> {
    const { context, stop } = this.#begin(request.signal);
    return attachReferrer(context, request, stop);
  }

  /** Reads what is said of an image. */
  referrers(
    request: ReferrersRequest & { readonly signal: AbortSignal },
  ): Promise<Result<ReferredImage, RegistryFailure>> {
    return readReferrers(this.#begin(request.signal).context, request);
  }

  /** The signatures that an image, given by its digest, has in cosign's older form. */
  signatureLayers(
    place: Place,
    { digest, signal }: { readonly digest: string; readonly signal: AbortSignal },
  ): Promise<Result<readonly Descriptor[], RegistryFailure>> {
    const { context } = this.#begin(signal);
    const session = new Session(context, endpointOf(context.settings, place.registry, place.repository));
    return taggedLayers(session, place, digest);
  }

  /** Each pull or push can be stopped alone: one blob that fails ends the others. */
  #begin(signal: AbortSignal): { context: ClientContext; stop: () => void } {
    const { world, settings = {}, onEvent = () => {}, limits } = this.#options;
    const controller = new AbortController();
    const context: ClientContext = {
      world,
      settings,
      onEvent,
      secrets: this.#secrets,
      limits: { ...LIMITS, ...limits },
      signal: AbortSignal.any([signal, controller.signal]),
      credentialOf: (host) => this.#credentialOf(host),
    };
    return { context, stop: () => controller.abort() };
  }

  #credentialOf(host: string): Promise<FoundCredential> {
    const known = this.#credentials.get(host) ?? findCredential(this.#options.world, host);
    this.#credentials.set(host, known);
    return known;
  }
}

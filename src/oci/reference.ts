/** An image's name as people write it: `[registry/]repository[:tag][@digest]`. */
export interface Reference {
  /** With its port; absent for a name that has none (no default registry is assumed). */
  readonly registry?: string;
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:<hex>`. */
  readonly digest?: string;
}

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const REGISTRY = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;
const MAX_REPOSITORY_LENGTH = 255;

/** `undefined` for what is no reference, by the grammar of the distribution specification. */
export function parseReference(text: string): Reference | undefined {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const tagged = at < 0 ? text : text.slice(0, at);
  const colon = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : tagged.slice(colon + 1);
  const name = colon < 0 ? tagged : tagged.slice(0, colon);
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(0, slash));
  const hasRegistry = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
  const repository = hasRegistry ? name.slice(slash + 1) : name;
  if (!REPOSITORY.test(repository) || repository.length > MAX_REPOSITORY_LENGTH) return undefined;
  if (hasRegistry && !REGISTRY.test(first)) return undefined;
  if ((tag !== undefined && !TAG.test(tag)) || (digest !== undefined && !DIGEST.test(digest)))
    return undefined;
  return {
    ...(hasRegistry ? { registry: first } : {}),
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** A reference that says where: what Docker takes a short name to mean. */
export interface CompleteReference extends Reference {
  readonly registry: string;
}

const DOCKER_HUB = 'docker.io';

/**
 * As Docker completes a name: without a registry it is Docker Hub's, there a name of one part lies below `library/`, and
 * without tag and digest the tag is `latest`.
 */
export function completeReference({ registry, repository, tag, digest }: Reference): CompleteReference {
  const host = registry === undefined || registry === `index.${DOCKER_HUB}` ? DOCKER_HUB : registry;
  const isOfficial = host === DOCKER_HUB && !repository.includes('/');
  return {
    registry: host,
    repository: isOfficial ? `library/${repository}` : repository,
    ...(tag === undefined && digest === undefined ? { tag: 'latest' } : {}),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

export function formatReference({ registry, repository, tag, digest }: Reference): string {
  const name = registry === undefined ? repository : `${registry}/${repository}`;
  return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** A version as a tag: `+`, which tags lack, becomes `-`; `undefined` when even then it is none. */
export function tagOfVersion(version: string): string | undefined {
  const tag = version.replaceAll('+', '-');
  return TAG.test(tag) ? tag : undefined;
}

import { isLoopback } from '../host/index.ts';

/** What is set for registries, by host with its port: `docker.io`, `registry.example:5000`. */
export type RegistrySettings = Readonly<Record<string, RegistrySetting>>;

export interface RegistrySetting {
  /**
   * Where pulls are tried first, in this order: `host[:port][/prefix]`, the prefix before the repository's name. What is
   * said of a mirror's own host (`insecure`) holds for it.
   */
  readonly mirrors?: readonly string[];
  /** HTTPS with any certificate, else plain HTTP. For this machine itself that holds without being set, as for Docker. */
  readonly insecure?: boolean;
}

/** What a registry is spoken to at. */
export interface Endpoint {
  /** With its port, as the user wrote it: what settings, credentials and messages name. */
  readonly host: string;
  /** The authority of its addresses, which for Docker Hub is another one. */
  readonly authority: string;
  readonly repository: string;
  /** May be spoken to over plain HTTP, or HTTPS with any certificate. */
  readonly isInsecure: boolean;
  readonly isMirror: boolean;
}

/** Docker Hub's name, the host that serves it, and the key of its credentials in Docker's configuration. */
export const DOCKER_HUB = {
  host: 'docker.io',
  authority: 'registry-1.docker.io',
  credentialKey: 'https://index.docker.io/v1/',
} as const;

/** The registry's own endpoint. */
export function endpointOf(settings: RegistrySettings, host: string, repository: string): Endpoint {
  // Who may answer in plain text need not have a certificate either; so it is for Docker.
  const isInsecure = settings[host]?.insecure === true || isLoopback(host);
  return {
    host,
    authority: host === DOCKER_HUB.host ? DOCKER_HUB.authority : host,
    repository,
    isInsecure,
    isMirror: false,
  };
}

/** Mirrors first, then the registry itself. */
export function pullEndpoints(settings: RegistrySettings, host: string, repository: string): Endpoint[] {
  const mirrors = (settings[host]?.mirrors ?? []).map((mirror) => {
    const slash = mirror.indexOf('/');
    const mirrorHost = slash < 0 ? mirror : mirror.slice(0, slash);
    const prefix = slash < 0 ? '' : `${mirror.slice(slash + 1).replace(/\/+$/, '')}/`;
    return {
      ...endpointOf(settings, mirrorHost, prefix === '/' ? repository : `${prefix}${repository}`),
      isMirror: true,
    };
  });
  return [...mirrors, endpointOf(settings, host, repository)];
}

/** Whether the certificate at an address is not checked: what is said of a registry says nothing of where it sends us. */
export function acceptsAnyCertificate(endpoint: Endpoint, url: string): boolean {
  const { host } = new URL(url);
  return isLoopback(host) || (endpoint.isInsecure && host === new URL(`https://${endpoint.authority}`).host);
}

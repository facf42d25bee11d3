import { type Diagnostic, formatSizeBytes } from '../base/index.ts';
import type { RegistryCode } from './diagnostics.ts';
import type { FailureKind, RegistryFailure } from './failure.ts';
import { DOCKER_HUB } from './settings.ts';

type Failure<K extends FailureKind> = Extract<RegistryFailure, { kind: K }>;

interface Words {
  readonly code: RegistryCode;
  readonly cause: 'input' | 'environment';
  readonly message: string;
  readonly hint?: string;
}

/** A failure as it is told to the user: which registry, which repository, what to do. */
export function registryDiagnostic(failure: RegistryFailure): Diagnostic {
  const words = TABLE[failure.kind] as (failure: RegistryFailure) => Words;
  return { severity: 'error', ...words(failure) };
}

const where = ({ registry, repository }: RegistryFailure): string => `${registry}/${repository}`;
const login = ({ registry }: RegistryFailure): string =>
  `docker login${registry === DOCKER_HUB.host ? '' : ` ${registry}`}`;
const environment = (code: RegistryCode, message: string, hint?: string): Words => ({
  code,
  cause: 'environment',
  message,
  ...(hint === undefined ? {} : { hint }),
});
const input = (code: RegistryCode, message: string, hint?: string): Words => ({
  ...environment(code, message, hint),
  cause: 'input',
});
const said = (detail: string): string => (detail === '' ? '' : `: ${detail}`);

/** The one place where kinds become codes and words. */
const TABLE: { readonly [K in FailureKind]: (failure: Failure<K>) => Words } = {
  unauthorised: (failure) =>
    environment(
      'registry/unauthorised',
      failure.credentials === 'refused'
        ? `${failure.registry} refuses the credentials for ${where(failure)}`
        : `${failure.registry} lets nobody unknown at ${where(failure)}, or has no such repository`,
      `${login(failure)}${failure.problem === undefined ? '' : `; no credentials were found because ${failure.problem}`}`,
    ),
  denied: (failure) =>
    environment(
      'registry/denied',
      `${failure.registry} denies access to ${where(failure)}${said(failure.detail)}`,
      `${login(failure)} with an account that may do this, or look whether the name is right`,
    ),
  'not-found': (failure) =>
    input(
      'registry/not-found',
      `${failure.registry} has no ${failure.what} in ${where(failure)}`,
      'look whether the name and the tag are right',
    ),
  'digest-mismatch': (failure) =>
    environment(
      'registry/wrong-content',
      `${where(failure)} gave bytes with the digest ${failure.actual} for ${failure.digest}`,
      'try again or another mirror; if it stays so, the registry is damaged',
    ),
  'size-mismatch': (failure) =>
    environment(
      'registry/wrong-content',
      `${where(failure)} gave ${formatSizeBytes(failure.actualBytes)} for ${failure.digest}, which has ${formatSizeBytes(failure.expectedBytes)} (${failure.actualBytes} and ${failure.expectedBytes} bytes)`,
      'try again or another mirror; if it stays so, the registry is damaged',
    ),
  stalled: (failure) =>
    environment(
      'registry/unreachable',
      `${failure.registry} sent nothing for ${Math.round(failure.afterMs / 1000)} s while ${where(failure)} was transferred`,
      'run the same command again: what was transferred is kept',
    ),
  unreachable: (failure) =>
    environment(
      'registry/unreachable',
      `${failure.registry} cannot be reached for ${where(failure)} (${failure.code})`,
      'check the name, the network and the proxy, then run the same command again',
    ),
  untrusted: (failure) =>
    environment(
      'registry/untrusted',
      failure.isPlainHttp
        ? `${failure.registry} speaks plain HTTP, which anyone on the way can change`
        : `${failure.registry} has a certificate that is not trusted (${failure.code})`,
      failure.isPlainHttp
        ? `give it TLS, or declare ${failure.registry} insecure`
        : `name the file with its authority in NODE_EXTRA_CA_CERTS, or declare ${failure.registry} insecure`,
    ),
  'rate-limited': (failure) =>
    environment(
      'registry/rate-limited',
      failure.waitMs === undefined
        ? `${failure.registry} wants fewer requests for ${where(failure)}`
        : `${failure.registry} wants a pause of ${Math.round(failure.waitMs / 1000)} s for ${where(failure)}`,
      `${login(failure)}, set a mirror, or wait`,
    ),
  'server-error': (failure) =>
    environment(
      'registry/server-error',
      `${failure.registry} answered ${failure.status} for ${where(failure)}${said(failure.detail)}`,
      'run the same command again later: what was transferred is kept',
    ),
  rejected: (failure) =>
    environment(
      'registry/rejected',
      `${failure.registry} answered ${failure.status} for ${where(failure)}${said(failure.detail)}`,
    ),
  'too-many-redirects': (failure) =>
    environment('registry/bad-redirect', `${failure.registry} redirects in a circle for ${where(failure)}`),
  'refused-redirect': (failure) =>
    environment(
      'registry/bad-redirect',
      `${failure.registry} redirects to ${failure.to} for ${where(failure)}, which is not followed`,
    ),
  'insecure-realm': (failure) =>
    environment(
      'registry/insecure-realm',
      `${failure.registry} wants credentials for ${where(failure)} at ${failure.realm}, which is not safe`,
      'the registry must name a token server with https',
    ),
  'bad-answer': (failure) =>
    environment(
      'registry/bad-answer',
      `${failure.registry} answered for ${where(failure)} what a registry may not: ${failure.problem}`,
      `check that ${failure.registry} is a registry, and not a portal or proxy that answers in its place`,
    ),
  'no-platform': (failure) =>
    input(
      'registry/no-platform',
      `${where(failure)} has no image for ${failure.wanted}`,
      failure.offered.length === 0 ? undefined : `there are: ${failure.offered.slice(0, 20).join(', ')}`,
    ),
  'bad-image': (failure) =>
    input(
      'registry/bad-image',
      `the image for ${where(failure)} cannot be pushed: ${failure.problem}`,
      'build it again',
    ),
  interrupted: (failure) =>
    environment('registry/interrupted', `the transfer of ${where(failure)} was interrupted`),
};

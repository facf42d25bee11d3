/** Codes of this module. */
export const registryDiagnostics = {
  'registry/unauthorised': {
    title: 'A registry wants to know who asks',
    explanation:
      'No credentials are kept for it, or it refused those that are. They are read where Docker keeps them: `config.json` in DOCKER_CONFIG or `~/.docker`, and the helpers that it names; `docker login HOST` writes them. A registry also says so of a repository that does not exist.',
  },
  'registry/denied': {
    title: 'A registry does not allow it',
    explanation:
      'The account is known and may not do this in this repository. Whoever owns the repository can allow it.',
  },
  'registry/not-found': {
    title: 'A registry does not have it',
    explanation: 'The repository, the tag or the digest does not exist there.',
  },
  'registry/wrong-content': {
    title: 'A registry gave other bytes than it was asked for',
    explanation:
      'Every byte that comes is checked against the digest and the size by which it was asked for. What does not match was thrown away: the registry, or something between it and here, is damaged or lies.',
  },
  'registry/unreachable': {
    title: 'A registry cannot be reached',
    explanation:
      'It was tried several times, with growing pauses. What was transferred is kept, so that the same command goes on where it stopped. Proxies are taken from HTTPS_PROXY, HTTP_PROXY and NO_PROXY.',
  },
  'registry/untrusted': {
    title: 'A registry does not prove who it is',
    explanation:
      'It speaks plain HTTP, or has a certificate that is not trusted. NODE_EXTRA_CA_CERTS names a file with further authorities; a registry in a network of your own can be declared `insecure`. This machine itself may speak plain HTTP.',
  },
  'registry/rate-limited': {
    title: 'A registry wants fewer requests',
    explanation: 'It still said so after several pauses. Log in, use a mirror, or wait.',
  },
  'registry/server-error': {
    title: 'A registry is in trouble',
    explanation: 'It answered with an error of its own (5xx), also after several pauses.',
  },
  'registry/rejected': {
    title: 'A registry refuses what it was sent',
    explanation: 'Its own words are in the message.',
  },
  'registry/bad-redirect': {
    title: 'A registry sends elsewhere in a way that is not followed',
    explanation: 'More than five redirects, or one from HTTPS to plain HTTP.',
  },
  'registry/insecure-realm': {
    title: 'A registry wants the password at an address that is not safe',
    explanation:
      'Credentials go to a token server over HTTPS only, unless it is this machine or declared `insecure`.',
  },
  'registry/bad-answer': {
    title: 'A registry answers what the specification does not allow',
    explanation:
      'A document that is too large, not JSON, of another kind than it says, or an answer of something that is no registry.',
  },
  'registry/no-platform': {
    title: 'An image is not there for the platform that is wanted',
    explanation: 'The message names the platforms that it is there for.',
  },
  'registry/bad-image': {
    title: 'An image that is to be pushed is not whole',
    explanation: 'A file of its layout is missing or has other bytes than its name says. Build it again.',
  },
  'registry/interrupted': {
    title: 'A transfer was interrupted',
    explanation: 'What was transferred is kept; the same command goes on where it stopped.',
  },
} as const;

export type RegistryCode = keyof typeof registryDiagnostics;

import type { Severity } from '../severity/severity.ts';
import { hasGithubChecksum, isBasicPair, isJwt, isKeyBody, isPlaceholder, isRandom } from './checks.ts';

/** How a kind of secret looks. The first group of the pattern is the secret, or all of it where there is none. */
export interface SecretRule {
  readonly id: string;
  /** For a sentence: `a GitHub token`. */
  readonly what: string;
  readonly severity: Severity;
  /** Without one of these, in any case, the pattern cannot match; so most texts are passed over fast. */
  readonly words: readonly string[];
  /** Global. */
  readonly pattern: RegExp;
  /** Only in files of such names. */
  readonly files?: RegExp;
  /** Whether what matches is really one. */
  readonly check?: (secret: string) => boolean;
  readonly remedy?: string;
}

const isWritten = (secret: string): boolean => secret.length >= 4 && !isPlaceholder(secret);
/** Known to everyone: what Android's tools use for the debug key. */
const isOwnPassword = (secret: string): boolean => isWritten(secret) && secret !== 'android';

const FROM_OUTSIDE =
  'give it from outside, by a variable or a file that is not in the repository, and change it where it holds';

/** Formats that say of themselves what they are; a bare `password = …` says nothing, and is not looked for. */
export const SECRET_RULES: readonly SecretRule[] = [
  {
    id: 'aws-access-key',
    what: 'the identifier of a key of AWS',
    severity: 'high',
    words: ['akia', 'asia'],
    pattern: /\b((?:AKIA|ASIA)[A-Z2-7]{16})\b/g,
    check: (secret) => !isPlaceholder(secret),
  },
  {
    id: 'aws-secret-key',
    what: 'a secret key of AWS',
    severity: 'critical',
    words: ['aws'],
    pattern: /aws.{0,30}?(?:secret|key).{0,20}?["'=:\s]([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
    check: (secret) => isRandom(secret) && /[A-Z]/.test(secret) && /[a-z]/.test(secret) && /\d/.test(secret),
  },
  {
    id: 'github-token',
    what: 'a token of GitHub, whose checksum holds',
    severity: 'critical',
    words: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    pattern: /\b(gh[pousr]_[A-Za-z0-9]{36})\b/g,
    check: hasGithubChecksum,
  },
  {
    id: 'github-fine-grained-token',
    what: 'a token of GitHub',
    severity: 'critical',
    words: ['github_pat_'],
    pattern: /\b(github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b/g,
    check: isRandom,
  },
  {
    id: 'gitlab-token',
    what: 'a token of GitLab',
    severity: 'critical',
    words: ['glpat-'],
    pattern: /\b(glpat-[A-Za-z0-9_-]{20,60})\b/g,
    check: isRandom,
  },
  {
    id: 'slack-token',
    what: 'a token of Slack',
    severity: 'high',
    words: ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xapp-'],
    pattern: /\b(xox[abprs]-\d{9,14}-[A-Za-z0-9-]{20,100}|xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{30,80})\b/g,
    check: isRandom,
  },
  {
    id: 'slack-webhook',
    what: 'an address by which anyone can write to Slack',
    severity: 'medium',
    words: ['hooks.slack.com'],
    pattern: /(https:\/\/hooks\.slack\.com\/services\/T[A-Z0-9]{8,12}\/B[A-Z0-9]{8,12}\/[A-Za-z0-9]{24})\b/g,
    check: (secret) => isRandom(secret.slice(-24)),
  },
  {
    id: 'google-api-key',
    what: 'an API key of Google',
    severity: 'medium',
    words: ['aiza'],
    pattern: /\b(AIza[0-9A-Za-z_-]{35})(?![0-9A-Za-z_-])/g,
    check: isRandom,
    remedy: 'an app shows its key to everyone: restrict it to the app and to the services that it needs',
  },
  {
    id: 'google-client-secret',
    what: 'a client secret of Google',
    severity: 'high',
    words: ['gocspx-'],
    pattern: /\b(GOCSPX-[0-9A-Za-z_-]{28})(?![0-9A-Za-z_-])/g,
    check: isRandom,
  },
  {
    id: 'stripe-key',
    what: 'a secret key of Stripe',
    severity: 'critical',
    words: ['sk_live_', 'rk_live_'],
    pattern: /\b([sr]k_live_[0-9A-Za-z]{24,247})\b/g,
    check: isRandom,
  },
  {
    id: 'npm-token',
    what: 'a token of npm',
    severity: 'critical',
    words: ['npm_'],
    pattern: /\b(npm_[A-Za-z0-9]{36})\b/g,
    check: isRandom,
  },
  {
    id: 'npmrc-token',
    what: 'a token of a registry of npm',
    severity: 'high',
    words: ['_authtoken', '_auth', '_password'],
    pattern: /(?:_authToken|_auth|_password)\s*=\s*["']?([^\s"'${}]{8,})/g,
    files: /(?:^|\/)\.npmrc$/,
    check: (secret) => !isPlaceholder(secret),
  },
  {
    id: 'pypi-token',
    what: 'a token of the Python package index',
    severity: 'critical',
    words: ['pypi-age'],
    pattern: /\b(pypi-AgE[A-Za-z0-9_-]{50,1000})/g,
    check: isRandom,
  },
  {
    id: 'huggingface-token',
    what: 'a token of Hugging Face',
    severity: 'high',
    words: ['hf_'],
    pattern: /\b(hf_[A-Za-z]{34})\b/g,
    check: isRandom,
  },
  {
    id: 'ai-service-key',
    what: 'a key of a service for language models',
    severity: 'high',
    words: ['sk-ant-', 't3blbkfj'],
    pattern:
      /\b(sk-ant-[a-z]+\d{2}-[A-Za-z0-9_-]{80,120}|sk-[A-Za-z0-9_-]{20,100}T3BlbkFJ[A-Za-z0-9_-]{20,100})/g,
    check: isRandom,
  },
  {
    id: 'sendgrid-key',
    what: 'a key of SendGrid',
    severity: 'high',
    words: ['sg.'],
    pattern: /\b(SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})\b/g,
    check: isRandom,
  },
  {
    id: 'docker-token',
    what: 'a token of Docker Hub',
    severity: 'high',
    words: ['dckr_pat_'],
    pattern: /\b(dckr_pat_[A-Za-z0-9_-]{27})(?![A-Za-z0-9_-])/g,
    check: isRandom,
  },
  {
    id: 'docker-credentials',
    what: 'credentials of a registry of images',
    severity: 'high',
    words: ['"auth"'],
    pattern: /"auth"\s*:\s*"([A-Za-z0-9+/]{8,}={0,2})"/g,
    files: /(?:^|\/)(?:\.?docker\/config\.json|\.dockercfg|\.dockerconfigjson)$/,
    check: isBasicPair,
  },
  {
    id: 'azure-storage-key',
    what: 'a key of storage of Azure',
    severity: 'critical',
    words: ['accountkey='],
    pattern: /AccountKey=([A-Za-z0-9+/]{86}==)/gi,
    check: isRandom,
  },
  {
    id: 'private-key',
    what: 'a private key',
    severity: 'high',
    words: ['private key'],
    pattern:
      /(-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP )?PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----END)){40,20000}?-----END)/g,
    check: (secret) => !/ENCRYPTED/.test(secret) && isKeyBody(secret),
  },
  {
    id: 'encrypted-private-key',
    what: 'a private key with a passphrase',
    severity: 'low',
    words: ['encrypted'],
    pattern:
      /(-----BEGIN (?:RSA |EC |DSA )?(?:ENCRYPTED )?PRIVATE KEY-----(?:[^-]|-(?!----END)){40,20000}?-----END)/g,
    check: (secret) => /ENCRYPTED/.test(secret) && isKeyBody(secret),
  },
  {
    id: 'jwt',
    what: 'a signed token (JWT)',
    severity: 'medium',
    words: ['eyj'],
    pattern: /\b(eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{20,2000})/g,
    check: isJwt,
  },
  {
    id: 'keystore-password',
    what: 'the password of a keystore',
    severity: 'high',
    words: ['password'],
    pattern: /\b(?:storePassword|keyPassword)\s*(?:=|\()?\s*["']([^"'$\n]{1,200})["']/g,
    files: /\.gradle(?:\.kts)?$/,
    check: isOwnPassword,
  },
  {
    id: 'keystore-password',
    what: 'the password of a keystore',
    severity: 'high',
    words: ['password'],
    pattern:
      /^[ \t]*(?:[\w.]*(?:store|key|STORE|KEY)_?[pP](?:assword|ASSWORD))[ \t]*[=:][ \t]*([^\s$#]{1,200})[ \t]*$/gm,
    files: /\.properties$/,
    check: isOwnPassword,
  },
  {
    id: 'password-in-address',
    what: 'a password in an address',
    severity: 'medium',
    words: ['://'],
    pattern:
      /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/?#[\]@"'<>]{1,64}:([^\s:/?#[\]@"'<>]{6,128})@[A-Za-z0-9.-]+/g,
    check: (secret) =>
      isWritten(secret) &&
      !/^(?:pass|pw|secret|token|user|admin|root|test|guest|foo|bar|hunter|%s|:)/i.test(secret) &&
      /\d|[^A-Za-z0-9]/.test(secret),
  },
];

export { FROM_OUTSIDE };

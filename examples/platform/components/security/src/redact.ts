const HIDDEN = '[redacted]';

/** Each pattern keeps what is needed to understand the line and hides the value. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]*?(-----END \1PRIVATE KEY-----|$)/g, HIDDEN],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi, `$1:${HIDDEN}@`],
  [/\bv1\.[\w-]{8,}\.[\w-]{43}(?![\w-])/g, HIDDEN],
  [
    /(["']?[\w-]*(?:password|passwd|secret|token|api[_-]?key|credential)s?["']?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|[^\s,;&}]+)/gi,
    `$1${HIDDEN}`,
  ],
];

/** Text for a log: passwords, keys and tokens are hidden. It knows common shapes; it is the last net, not the first. */
export function redactSecrets(text: string): string {
  return PATTERNS.reduce((kept, [pattern, shown]) => kept.replace(pattern, shown), text);
}

import type { ConfigCode } from './diagnostics.ts';

interface Format {
  readonly code: ConfigCode;
  /** Completes "`x` is not …". */
  readonly noun: string;
  readonly hint: string;
  readonly pattern: RegExp;
}

/** Words of Java or JavaScript, methods of every Java object, and `then`, which makes a promise of anything. */
const RESERVED =
  'abstract arguments assert async await boolean break byte case catch char class clone const continue default delete do double else enum equals eval export extends false final finalize finally float for function getClass goto hashCode if implements import in instanceof int interface let long native new notify notifyAll null package private protected public return short static strictfp super switch synchronized then this throw throws toString transient true try typeof var void volatile wait while with yield'.split(
    ' ',
  );

/** Texts that must look like something. */
export const FORMATS = {
  duration: {
    code: 'config/bad-unit',
    noun: 'a duration',
    hint: 'write a number and one of ms, s, m, h without a space: 200ms, 1.5s, 10m',
    pattern: /^(?!0+(\.0+)?[a-z])\d{1,9}(\.\d{1,6})?(ms|s|m|h)$/,
  },
  size: {
    code: 'config/bad-unit',
    noun: 'a size',
    hint: 'write a number and one of B, KB, MB, GB, KiB, MiB, GiB, TiB without a space: 512MiB',
    pattern: /^(?!0+(\.0+)?[A-Z])\d{1,9}(\.\d{1,6})?(B|KB|MB|GB|KiB|MiB|GiB|TiB)$/,
  },
  days: {
    code: 'config/bad-unit',
    noun: 'a number of days',
    hint: 'write a number and d without a space: 30d',
    pattern: /^[1-9]\d{0,4}d$/,
  },
  date: {
    code: 'config/bad-value',
    noun: 'a day',
    hint: 'write year, month and day: 2027-01-31',
    pattern: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  },
  version: {
    code: 'config/bad-version',
    noun: 'a semantic version',
    hint: 'write three numbers, perhaps with a pre-release: "1.0.0", "2.1.0-rc.1"',
    pattern:
      /^(0|[1-9]\d{0,15})\.(0|[1-9]\d{0,15})\.(0|[1-9]\d{0,15})(-(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/,
  },
  urlPath: {
    code: 'config/bad-value',
    noun: 'a path of an address',
    hint: 'begin with "/", without spaces: /health, /api/state?last=5',
    pattern: /^\/[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]{0,500}$/,
  },
  /** What the index of a release takes too, which is read again before it is published. */
  webAddress: {
    code: 'config/bad-value',
    noun: 'an address from which a web app is installed',
    hint: 'write it with https, without a name, a query or a fragment: https://status.example.com/; http only for this machine',
    pattern:
      /^(?=.{1,500}$)(https:\/\/[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|http:\/\/(localhost|127\.0\.0\.1))(:([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5]))?(\/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*$/,
  },
  name: {
    code: 'config/bad-name',
    noun: 'a usable name',
    hint: 'start with a letter or digit; then letters, digits, ".", "-" and "_", at most 128 in all',
    pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
  },
  path: {
    code: 'config/bad-path',
    noun: 'a path inside its folder',
    hint: 'write a relative path with "/", without ".." and in one line',
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a path with a line end is a mistake
    pattern: /^(?!\/)(?!(.*\/)?\.\.(\/|$))[^\\\u0000-\u001f\u007f]+$/,
  },
  variable: {
    code: 'config/bad-name',
    noun: 'a name of an environment variable',
    hint: 'letters, digits and "_", not starting with a digit',
    pattern: /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]*$/,
  },
  applicationId: {
    code: 'config/bad-value',
    noun: 'an application id',
    hint: 'write at least two parts with dots, each starting with a letter: com.example.app',
    pattern: /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$/,
  },
  colour: {
    code: 'config/bad-value',
    noun: 'a colour',
    hint: 'write it as in CSS, in quotes: "#0f766e", "white"',
    pattern: /^(#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})|[a-z]{3,20})$/,
  },
  mavenCoordinate: {
    code: 'config/bad-value',
    noun: 'a Maven coordinate with an exact version',
    hint: 'write group:artifact:version, `version!!` to hold it; no `+`, range, `latest` or SNAPSHOT, since those move',
    pattern:
      /^[A-Za-z0-9_][\w.-]{0,200}:[A-Za-z0-9_][\w.-]{0,200}(:(?!latest\.)(?!.*(-SNAPSHOT|\+)(!!)?$)[A-Za-z0-9][\w.+-]{0,100}(!!)?)?$/,
  },
  /** `:name` is a module of the app. */
  dependency: {
    code: 'config/bad-value',
    noun: 'a Maven coordinate with an exact version, nor a module of the app',
    hint: 'write group:artifact:version, `version!!` to hold it, or `:name` for one of `modules`; no `+`, range, `latest` or SNAPSHOT, since those move',
    pattern:
      /^(:[A-Za-z][\w-]{0,63}|[A-Za-z0-9_][\w.-]{0,200}:[A-Za-z0-9_][\w.-]{0,200}(:(?!latest\.)(?!.*(-SNAPSHOT|\+)(!!)?$)[A-Za-z0-9][\w.+-]{0,100}(!!)?)?)$/,
  },
  appModule: {
    code: 'config/bad-name',
    noun: 'a usable name for a module',
    hint: 'start with a letter; then letters, digits, "-" and "_", at most 64 in all: `feature-login`',
    pattern: /^[A-Za-z][\w-]{0,63}$/,
  },
  mavenModule: {
    code: 'config/bad-value',
    noun: 'a module',
    hint: 'write group:artifact; either may be `*` alone',
    pattern: /^(\*|[A-Za-z0-9_][\w.-]{0,200}):(\*|[A-Za-z0-9_][\w.-]{0,200})$/,
  },
  applicationIdSuffix: {
    code: 'config/bad-value',
    noun: 'a suffix of an application id',
    hint: 'write ".debug", or "debug", in letters, digits, "_" and dots',
    pattern: /^\.?[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*$/,
  },
  sourceSet: {
    code: 'config/bad-name',
    noun: 'a name of a build type, a flavor or a dimension',
    hint: 'start with a small letter; then letters and digits, and neither "main" nor "test…"',
    pattern: /^(?!main$|test|androidTest)[a-z][A-Za-z0-9]*$/,
  },
  javaName: {
    code: 'config/bad-name',
    noun: 'a name of a Java field',
    hint: 'letters, digits and "_", not starting with a digit',
    pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
  },
  resourceLanguage: {
    code: 'config/bad-value',
    noun: 'a language of resources',
    hint: 'write it as folders of resources have it: `en`, `pt-rBR`, `b+sr+Latn`',
    pattern: /^([a-z]{2,3}(-r([A-Z]{2}|\d{3}))?|b(\+[A-Za-z0-9]{2,8}){1,3})$/,
  },
  resourceName: {
    code: 'config/bad-name',
    noun: 'a name of a resource',
    hint: 'letters, digits, "_" and ".", not starting with a digit',
    pattern: /^[A-Za-z_][A-Za-z0-9_.]*$/,
  },
  deepLink: {
    code: 'config/bad-value',
    noun: 'an address that opens an app',
    hint: 'write scheme, host and perhaps a path, without port, query or wildcards: https://example.org/app/, myapp://open/',
    pattern:
      /^(?!http:|file:|content:|intent:|javascript:|data:|blob:|about:|android-app:)[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(\/[A-Za-z0-9._~!$&'()+,;=@%-]+)*\/?$/,
  },
  method: {
    code: 'config/bad-name',
    noun: 'a name of Java and TypeScript',
    hint: 'start with a lower-case letter; then letters and digits, and no word of either language',
    pattern: new RegExp(`^(?!(${RESERVED.join('|')})$)[a-z][A-Za-z0-9]{0,63}$`),
  },
  fingerprint: {
    code: 'config/bad-value',
    noun: 'a SHA-256 fingerprint',
    hint: 'write 32 pairs of hexadecimal digits with ":", as `keytool -list -v` shows them',
    pattern: /^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){31}$/,
  },
  iosAppId: {
    code: 'config/bad-value',
    noun: 'an app id of iOS',
    hint: 'write the team and the bundle: ABCDE12345.com.example.app',
    pattern: /^[A-Z0-9]{10}(\.[A-Za-z0-9-]+)+$/,
  },
  directive: {
    code: 'config/bad-value',
    noun: 'a directive of a content security policy',
    hint: 'write one that holds sources: connect-src, img-src, script-src',
    pattern:
      /^((child|connect|default|fenced-frame|font|frame|img|manifest|media|object|script|style|worker)-src|base-uri|form-action|frame-ancestors|report-uri|report-to|sandbox)$/,
  },
  locale: {
    code: 'config/bad-value',
    noun: 'a locale',
    hint: 'write it as in LC_ALL: C.UTF-8, en_US.UTF-8',
    pattern: /^[A-Za-z0-9_.@-]+$/,
  },
  timezone: {
    code: 'config/bad-value',
    noun: 'a time zone',
    hint: 'write it as in TZ: UTC, Europe/Berlin',
    pattern: /^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+)*$/,
  },
  tag: {
    code: 'config/bad-value',
    noun: 'an image tag',
    hint: 'letters, digits, ".", "-" and "_", at most 128, not starting with "." or "-"',
    // A version may have a `+`, for which an image's tag gets a `-`.
    pattern: /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}$/,
  },
  distribution: {
    code: 'config/bad-value',
    noun: 'a distribution with its release',
    hint: 'write it as debian:bookworm or ubuntu:noble',
    pattern: /^[a-z]+:[a-z0-9][a-z0-9.-]*$/,
  },
  package: {
    code: 'config/bad-value',
    noun: 'a package of the distribution',
    hint: 'write `name` or `name=version`: the release is `from`, the processor the image’s, so no `/suite` and no `:arch`',
    pattern: /^[a-z0-9][a-z0-9+.-]{0,127}(=[0-9][0-9A-Za-z.+:~-]{0,127})?$/,
  },
  component: {
    code: 'config/bad-value',
    noun: 'a component of the archive',
    hint: 'write it as the archive does: main, contrib, universe',
    pattern: /^[a-z][a-z0-9-]{0,63}$/,
  },
  account: {
    code: 'config/bad-name',
    noun: 'a name of a user or group',
    hint: 'start with a small letter or "_"; then small letters, digits, "-" and "_", at most 32 in all',
    pattern: /^[a-z_][a-z0-9_-]{0,31}$/,
  },
  owner: {
    code: 'config/bad-name',
    noun: 'a user or group',
    hint: 'write its name, or its number in quotes',
    pattern: /^([a-z_][a-z0-9_-]{0,31}|0|[1-9]\d{0,9})$/,
  },
  imagePath: {
    code: 'config/bad-path',
    noun: 'an absolute path of the image',
    hint: 'write a path that begins with "/", without ".." and in one line',
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a path with a line end is a mistake
    pattern: /^\/(?!\/)(?!(.*\/)?\.{1,2}(\/|$))(?!.*\/\/)[^\u0000-\u001f\u007f]{0,4000}$/,
  },
  mode: {
    code: 'config/bad-value',
    noun: 'a mode',
    hint: 'write it in quotes and in octal digits: "0755"',
    pattern: /^[0-7]{3,4}$/,
  },
  port: {
    code: 'config/bad-value',
    noun: 'a port',
    hint: 'write a number up to 65535, perhaps with its protocol: "8080", "53/udp"',
    pattern: /^([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])(\/(tcp|udp|sctp))?$/,
  },
  signal: {
    code: 'config/bad-value',
    noun: 'a signal',
    hint: 'write its name or number: SIGTERM, SIGQUIT, "9"',
    pattern: /^(SIG[A-Z0-9+-]{2,12}|[1-9]\d?)$/,
  },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;

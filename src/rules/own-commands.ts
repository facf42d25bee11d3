/**
 * The commands of `src/tools` that rules plan, with the version of each one's meaning, which stands in the key.
 * `src/tools/commands.ts` says the same; a test holds them together.
 */
export const OWN_COMMANDS = {
  'aar-unpack': 1,
  archive: 1,
  'class-level': 1,
  'class-names': 1,
  'content-policy': 2,
  'dex-join': 1,
  'image-assemble': 10,
  'image-index': 1,
  'image-packages': 4,
  'image-tag': 1,
  'in-turn': 1,
  'jar-resources': 1,
  'npm-unpack': 1,
  'serve-load': 1,
  'service-worker': 2,
  'site-associations': 2,
  'v8-lcov': 2,
  'web-check': 1,
  'web-icons': 1,
  'web-manifest': 2,
  zip: 1,
} as const satisfies Readonly<Record<string, number>>;

export type OwnCommandName = keyof typeof OWN_COMMANDS;

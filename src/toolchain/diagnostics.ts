/** Codes of this module. */
export const toolchainDiagnostics = {
  'toolchain/missing': {
    title: 'A tool is missing on this machine',
    explanation:
      'A target runs a tool that the machine must have. The hint holds the command that installs it; the rest of the build goes on.',
  },
  'toolchain/too-old': {
    title: 'A tool of this machine is too old',
    explanation: 'Python 3.11, a JDK 17 or newer are needed. The hint holds the command that installs one.',
  },
  'toolchain/not-locked': {
    title: 'A provisioned tool is not in the lock',
    explanation:
      '`mobileops deps lock` writes the tools that the targets need, with hashes, into mobileops.lock.',
  },
  'toolchain/not-prepared': {
    title: 'A locked tool has not been fetched',
    explanation: '`mobileops prepare` fetches what the lock and the targets need.',
  },
  'toolchain/bad-archive': {
    title: 'The archive of a tool cannot be unpacked',
    explanation:
      'Its content is damaged, names a path outside its folder, holds a link or is larger than any tool should be. Nothing of it was used.',
  },
  'toolchain/unsupported-platform': {
    title: 'A tool does not exist for this platform',
    explanation: 'Builds run on Linux, x86-64 and arm64.',
  },
  'toolchain/missing-system-package': {
    title: 'A name of dependencies.system was not found on this machine',
    explanation:
      'Names of `dependencies.system` are looked for as packages and as the commands that prove them. The hint holds the command that installs what is missing.',
  },
} as const satisfies Record<string, { readonly title: string; readonly explanation: string }>;

export type ToolchainCode = keyof typeof toolchainDiagnostics;

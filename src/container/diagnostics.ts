/** What keeps a machine from running commands in images. */
export const containerDiagnostics = {
  'container/no-linux': {
    title: 'RUN needs Linux',
    explanation:
      'The commands of an image are run by the kernel of the machine, in namespaces. Another system has none; images without RUN are built there too.',
  },
  'container/no-helpers': {
    title: 'newuidmap or newgidmap is missing',
    explanation:
      'A user other than root needs these two programs to give the files of an image their owners. Debian and Ubuntu have them in the package `uidmap`. Ownership is never faked, since dpkg, apt and others check it.',
  },
  'container/no-id-range': {
    title: 'The user has no range of ids',
    explanation:
      'An image has files of many owners. For a user other than root the machine must lend 65536 ids for that: a line in `/etc/subuid` and one in `/etc/subgid`, which the message names, with the command that writes both.',
  },
  'container/no-namespaces': {
    title: 'The machine does not allow namespaces',
    explanation:
      'The kernel refused what RUN needs: a user, mount and pid namespace, and a /proc of its own. It may be switched off (`kernel.unprivileged_userns_clone`, `user.max_user_namespaces`, `kernel.apparmor_restrict_unprivileged_userns`), or we are ourselves in a container that forbids it.',
  },
  'container/no-overlay': {
    title: 'The store cannot hold an overlay',
    explanation:
      'The layers of an image are stacked by the kernel’s overlay, which wants a file system of the machine’s own with extended attributes below it: ext4, XFS or Btrfs, not a network share, another overlay or an encrypted home. `MOBILEOPS_CACHE` names another folder for the store.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

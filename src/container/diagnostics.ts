/** What keeps a machine from running commands in images, and an image from being started. */
export const containerDiagnostics = {
  'container/no-linux': {
    title: 'Commands of images need Linux',
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
      'The kernel refused what the commands of an image need: a user, mount and pid namespace, and a /proc of its own. It may be switched off (`kernel.unprivileged_userns_clone`, `user.max_user_namespaces`, `kernel.apparmor_restrict_unprivileged_userns`), or we are ourselves in a container that forbids it.',
  },
  'container/no-overlay': {
    title: 'The store cannot hold an overlay',
    explanation:
      'The layers of an image are stacked by the kernel’s overlay, which wants a file system of the machine’s own with extended attributes below it: ext4, XFS or Btrfs, not a network share, another overlay or an encrypted home. `MOBILEOPS_CACHE` names another folder for the store.',
  },
  'container/foreign-architecture': {
    title: 'An image for other processors',
    explanation:
      'The programs of the image are for another architecture. The kernel can hand them to an emulator that is registered in binfmt_misc with the flag `F`; on Debian and Ubuntu the packages `qemu-user-static` and `binfmt-support` do that.',
  },
  'container/bad-config': {
    title: 'A config that does not say how to start',
    explanation:
      'A field of the image’s config is not what the OCI image specification (or, for HEALTHCHECK, Docker) wants there, or there is neither ENTRYPOINT nor CMD and no command was given.',
  },
  'container/no-healthcheck': {
    title: 'No HEALTHCHECK to wait for',
    explanation:
      'With `--until-healthy` the image’s HEALTHCHECK decides. This image has none, or it is `NONE`, so nothing could ever say that it is healthy.',
  },
  'container/cannot-start': {
    title: 'An image that cannot be started',
    explanation:
      'Its user, its working folder, a layer or a mount cannot be used as the image or the command line says. The message names it.',
  },
  'container/no-program': {
    title: 'The image lacks the program',
    explanation:
      'The command is not among the image’s files, nor in the folders of its PATH, or the interpreter that it names is missing. As with Docker, the exit code is 127.',
  },
  'container/not-executable': {
    title: 'The program cannot be executed',
    explanation:
      'The file is there, but it is no program of this machine, or its user may not execute it. As with Docker, the exit code is 126.',
  },
  'container/port-taken': {
    title: 'A port of the machine that cannot be had',
    explanation:
      'Another program listens there, the address is not one of this machine, or the user may not have ports below 1024. Port 0 takes any that is free.',
  },
  'container/no-terminal': {
    title: 'No terminal to stand for one',
    explanation:
      'With `--tty` the container has a terminal of its own, which yours shows and whose keys it gets. Standard input and output are no terminal here, so leave the flag out.',
  },
  'container/lost': {
    title: 'The container was lost',
    explanation: 'Its processes were killed from outside, often for too little memory, or the disk is full.',
  },
  'container/unhealthy': {
    title: 'The HEALTHCHECK says no',
    explanation:
      'It failed as often in a row as the image’s `--retries` allow, after its start period. The message shows what it printed last.',
  },
  'container/not-healthy': {
    title: 'It did not become healthy',
    explanation: 'Its command ended before its HEALTHCHECK passed, or the time of `--timeout` did.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly explanation: string }>>;

export type ContainerCode = keyof typeof containerDiagnostics;

import type { Diagnostic } from '../base/index.ts';

/** The snapshot's codes, a part of the module's list. */
export const snapshotDiagnostics = {
  'workspace/unreadable': {
    title: 'a source cannot be read',
    explanation: 'The file or folder is a source of the workspace, and the system refuses to read it.',
  },
  'workspace/special-file': {
    title: 'a source is not a file',
    explanation:
      'Sources are files, folders and symbolic links; a socket, pipe or device has no content to build from.',
  },
  'workspace/name-not-utf8': {
    title: 'a file name is not UTF-8',
    explanation: 'Names of sources go into keys and manifests as text; other bytes cannot be written there.',
  },
  'workspace/link-not-utf8': {
    title: 'a link to a name that is not UTF-8',
    explanation:
      'Targets of links go into keys and manifests as text; other bytes cannot be written there, and the link would lead elsewhere.',
  },
  'workspace/changing': {
    title: 'a source changes while it is read',
    explanation:
      'The file was written to during each of several tries to read it, so no state of it can be built.',
  },
  'workspace/git-failed': {
    title: 'git could not list the sources',
    explanation: 'All files but the usual output folders are taken for sources, ignored ones included.',
  },
  'workspace/index-not-saved': {
    title: 'the index of sources could not be saved',
    explanation: 'The next run will read all sources again.',
  },
} as const;

type Code = keyof typeof snapshotDiagnostics;

export function unreadable(path: string, error: unknown): Diagnostic {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return problem('workspace/unreadable', path, `cannot be read (${reason})`, {
    hint: 'make it readable, or have git ignore it',
    cause: 'environment',
  });
}

export function specialFile(path: string): Diagnostic {
  return problem('workspace/special-file', path, 'is neither a file, a folder nor a symbolic link', {
    hint: 'move it out of the sources, or have git ignore it',
  });
}

export function nameNotUtf8(path: string): Diagnostic {
  return problem('workspace/name-not-utf8', path, 'has a name that is not UTF-8', { hint: 'rename it' });
}

export function linkNotUtf8(path: string): Diagnostic {
  return problem('workspace/link-not-utf8', path, 'is a link to a name that is not UTF-8', {
    hint: 'rename what it names, or have git ignore it',
  });
}

export function changing(path: string): Diagnostic {
  return problem('workspace/changing', path, 'changes while it is read', {
    hint: 'stop what writes to it, or have git ignore it',
    cause: 'environment',
  });
}

export function gitFailed(path: string, output: string): Diagnostic {
  const reason = output.trim().split('\n')[0] ?? '';
  const message = `git could not list the files${reason === '' ? '' : ` (${reason})`}; all files are taken for sources`;
  return problem('workspace/git-failed', path, message, {
    severity: 'warning',
    hint: 'see what `git status` says',
  });
}

export function indexNotSaved(path: string, error: unknown): Diagnostic {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return problem(
    'workspace/index-not-saved',
    path,
    `could not be written (${reason}); the next run reads all sources`,
    {
      severity: 'warning',
      hint: 'make room, or make the folder writable',
    },
  );
}

function problem(
  code: Code,
  path: string,
  message: string,
  more: Partial<Pick<Diagnostic, 'severity' | 'hint' | 'cause'>>,
): Diagnostic {
  return { code, severity: 'error', message, path: path === '' ? '.' : path, cause: 'input', ...more };
}

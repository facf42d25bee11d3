/** A commit by the words of Conventional Commits 1.0; one that follows no convention has no type. */
export interface Change {
  readonly commit: string;
  /** In small letters: `feat`, `fix`. */
  readonly type?: string;
  readonly scope?: string;
  readonly description: string;
  /** What whoever takes this release has to know, where the commit says that it breaks something. */
  readonly breaking?: string;
}

const HEADER = /^([A-Za-z][\w-]*)(?:\(([^()\r\n]+)\))?(!)?: +(\S.*)$/;
const BREAKING = /^BREAKING[ -]CHANGE: +([\s\S]+?)(?=\n[A-Za-z][\w-]*(?:: | #)|\n\n|$(?![\s\S]))/m;

/** Reads one commit's message. */
export function parseCommit(commit: string, message: string): Change {
  const [subject = '', ...rest] = message.replaceAll('\r\n', '\n').trim().split('\n');
  const body = rest.join('\n');
  const header = HEADER.exec(subject.trim());
  const footer = BREAKING.exec(body)?.[1]?.replace(/\s+/g, ' ').trim();
  if (!header) return { commit, description: subject.trim(), ...(footer ? { breaking: footer } : {}) };
  const [, type = '', scope, mark, description = ''] = header;
  const breaking = footer ?? (mark === undefined ? undefined : description.trim());
  return {
    commit,
    type: type.toLowerCase(),
    ...(scope === undefined ? {} : { scope: scope.trim() }),
    description: description.trim(),
    ...(breaking === undefined ? {} : { breaking }),
  };
}

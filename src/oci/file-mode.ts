/** The mode of a file or folder after `--chmod`, from the one that it has. */
export type ModeChange = (mode: number) => number;

const WHO = { u: 0o4700, g: 0o2070, o: 0o0007, a: 0o6777 } as const;
const PERMISSIONS: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111, s: 0o6000, t: 0o1000 };
const SHIFT = { u: 6, g: 3, o: 0 } as const;
const MAX_MODE = 0o7777;
/** Stands in a mode for "this is a folder", which `X` asks for. */
export const FOLDER_BIT = 0o40000;

/** Octal up to 7777, or symbolic as chmod(1) with a umask of 0: `u=rwX,go=rX`, `a+x`, `g=u`. `undefined` for other texts. */
export function parseMode(text: string): ModeChange | undefined {
  if (/^[0-7]+$/.test(text)) {
    const mode = Number.parseInt(text, 8);
    return mode <= MAX_MODE ? () => mode : undefined;
  }
  const clauses = text.split(',').map(parseClause);
  if (!clauses.every((each) => each !== undefined)) return undefined;
  return (mode) => clauses.flat().reduce((before, change) => change(before), mode);
}

/** The octal mode itself, which the folders that COPY makes take too. */
export function octalMode(text: string): number | undefined {
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

function parseClause(clause: string): ModeChange[] | undefined {
  const [, who = '', actions = ''] = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause) ?? [];
  if (actions === '') return undefined;
  return [...actions.matchAll(/([-+=])([rwxXstugo]*)/g)].map(([, operator = '', permissions = '']) =>
    changeOf(who === '' ? 'a' : who, operator, permissions),
  );
}

function changeOf(who: string, operator: string, permissions: string): ModeChange {
  const named = [...who].reduce((bits, each) => bits | WHO[each as keyof typeof WHO], 0);
  const ofOthersAlone = /^o+$/.test(who);
  const scope = named | (permissions.includes('t') && !ofOthersAlone ? PERMISSIONS.t! : 0);
  return (mode) => {
    const bits = permissionBits(permissions, mode) & scope;
    if (operator === '+') return mode | bits;
    if (operator === '-') return mode & ~bits;
    return (mode & ~scope) | bits;
  };
}

function permissionBits(permissions: string, mode: number): number {
  if (/^[ugo]$/.test(permissions)) {
    const copied = (mode >> SHIFT[permissions as keyof typeof SHIFT]) & 0o7;
    return (copied << 6) | (copied << 3) | copied;
  }
  let bits = 0;
  for (const each of permissions) {
    if (each === 'X') bits |= (mode & FOLDER_BIT) !== 0 || (mode & 0o111) !== 0 ? 0o111 : 0;
    else bits |= PERMISSIONS[each]!;
  }
  return bits;
}

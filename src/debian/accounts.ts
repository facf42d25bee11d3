import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { DebianCode } from './diagnostics.ts';

/** A user of the image. */
export interface RootUser {
  readonly name: string;
  readonly uid: number;
  /** Of the group with the user's name; the uid unless told. A number that a group has already means that group. */
  readonly gid?: number;
  /** `/nonexistent` unless told. */
  readonly home?: string;
  /** The one of accounts that nobody logs in to unless told. */
  readonly shell?: string;
  /** Other groups that exist. */
  readonly groups?: readonly string[];
}

export const NO_HOME = '/nonexistent';
const NO_LOGIN = '/usr/sbin/nologin';

/** Texts of `/etc/passwd` and `/etc/group`, and of the shadow files where the root has them. */
export interface AccountFiles {
  readonly passwd: string;
  readonly group: string;
  readonly shadow?: string;
  readonly gshadow?: string;
}

/** A line of a file whose fields are parted by colons. */
type Row = readonly string[];

const rows = (text: string): Row[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'));
const textOfRows = (list: readonly Row[]): string => list.map((row) => `${row.join(':')}\n`).join('');

/** Adds users, each with a group of its own unless its gid is taken. No password is set: nobody logs in by one. */
export function addUsers(
  files: AccountFiles,
  users: readonly RootUser[],
): Result<AccountFiles, readonly Diagnostic[]> {
  const passwd = rows(files.passwd);
  let group = rows(files.group);
  const gshadow = files.gshadow === undefined ? undefined : rows(files.gshadow);
  const shadow = files.shadow === undefined ? undefined : rows(files.shadow);
  const problems: Diagnostic[] = [];
  for (const user of users) {
    const gid = user.gid ?? user.uid;
    const problem = problemOf(user, { passwd, group, gid });
    if (problem) {
      problems.push(problem);
      continue;
    }
    if (!group.some((row) => row[2] === String(gid))) {
      group.push([user.name, 'x', String(gid), '']);
      gshadow?.push([user.name, '!', '', '']);
    }
    group = group.map((row) => (user.groups?.includes(row[0]!) ? withMember(row, user.name) : row));
    gshadow?.forEach((row, at) => {
      if (user.groups?.includes(row[0]!)) gshadow[at] = withMember(row, user.name);
    });
    const password = shadow ? 'x' : '*';
    passwd.push([
      user.name,
      password,
      String(user.uid),
      String(gid),
      '',
      user.home ?? NO_HOME,
      user.shell ?? NO_LOGIN,
    ]);
    // An empty day of the last change switches ageing off, and holds no clock.
    shadow?.push([user.name, '!', '', '', '', '', '', '', '']);
  }
  if (problems.length > 0) return fail(problems);
  return ok({
    passwd: textOfRows(passwd),
    group: textOfRows(group),
    ...(shadow ? { shadow: textOfRows(shadow) } : {}),
    ...(gshadow ? { gshadow: textOfRows(gshadow) } : {}),
  });
}

function withMember(row: Row, name: string): Row {
  const members = (row[3] ?? '').split(',').filter((each) => each !== '');
  return [row[0]!, row[1] ?? 'x', row[2] ?? '', [...new Set([...members, name])].join(',')];
}

function problemOf(
  user: RootUser,
  { passwd, group, gid }: { passwd: readonly Row[]; group: readonly Row[]; gid: number },
): Diagnostic | undefined {
  const sameName = passwd.find((row) => row[0] === user.name);
  const sameId = passwd.find((row) => row[2] === String(user.uid));
  const sameGroup = group.find((row) => row[0] === user.name && row[2] !== String(gid));
  const absent = user.groups?.find((name) => !group.some((row) => row[0] === name));
  if (sameName) {
    return badAccount(
      `the image has a user \`${user.name}\` already (${sameName[2]})`,
      'use it as it is, or choose another name',
    );
  }
  if (sameId)
    return badAccount(
      `the number ${user.uid} of \`${user.name}\` is that of \`${sameId[0]}\``,
      'choose another uid',
    );
  if (sameGroup && !group.some((row) => row[2] === String(gid))) {
    return badAccount(
      `the image has a group \`${user.name}\` already, with the number ${sameGroup[2]}`,
      `write gid: ${sameGroup[2]}, or choose another name`,
    );
  }
  if (absent !== undefined)
    return badAccount(
      `there is no group \`${absent}\` for \`${user.name}\``,
      'groups come with packages and users',
    );
  return undefined;
}

export function badAccount(message: string, hint: string): Diagnostic {
  return { code: 'debian/bad-account' satisfies DebianCode, severity: 'error', message, hint };
}

/** The number of an owner that is a number or a name of the file; `undefined` when there is no such name. */
export function idOf(text: string, owner: string): number | undefined {
  if (/^\d{1,10}$/.test(owner)) return Number(owner);
  const id = rows(text).find((row) => row[0] === owner)?.[2];
  return id === undefined ? undefined : Number(id);
}

import { fail, ok, type Result } from '../../base/index.ts';
import type { Owner } from './file-tree.ts';

/** The account files of a stage; `undefined` where it has none. */
export interface AccountFiles {
  readonly passwd: string | undefined;
  readonly group: string | undefined;
}

const MAX_ID = 0xffff_fffe;

/** Reads `[user][:group]` of --chown: numbers as they are, names by the stage's own accounts; a user alone brings its group. */
export function parseOwner(text: string, accounts: AccountFiles): Result<Owner, string> {
  const [named = '', group = '', ...rest] = text.split(':');
  if ((named === '' && group === '') || rest.length > 0) return fail(`${text} is not [<user>][:<group>]`);
  const user = named || '0';
  const account = numericId(user) === undefined ? find(accounts.passwd, user) : undefined;
  const uid = numericId(user) ?? numericId(account?.[2] ?? '');
  if (uid === undefined) return fail(unknownName('user', user, accounts.passwd));
  if (group === '') return ok({ uid, gid: account ? (numericId(account[3] ?? '') ?? uid) : uid });
  const gid = numericId(group) ?? numericId(find(accounts.group, group)?.[2] ?? '');
  return gid === undefined ? fail(unknownName('group', group, accounts.group)) : ok({ uid, gid });
}

function unknownName(kind: 'user' | 'group', name: string, file: string | undefined): string {
  const path = kind === 'user' ? '/etc/passwd' : '/etc/group';
  const reason = file === undefined ? `the image has no ${path}` : `${path} of the image does not name it`;
  return `the ${kind} ${name} is not known, because ${reason}; write its number`;
}

function numericId(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) <= MAX_ID ? Number(text) : undefined;
}

function find(file: string | undefined, name: string): string[] | undefined {
  return file
    ?.split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields[0] === name);
}

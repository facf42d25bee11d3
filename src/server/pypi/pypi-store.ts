import type { Seen } from '../access/scope.ts';
import { named } from '../database/named.ts';
import type { Services } from '../services.ts';
import type { PypiTables } from './tables.ts';

export type PypiFile = PypiTables['pypiFiles'];

/** The names of the Python index: a file is written once. */
export class PypiStore {
  readonly #database: Services['database'];
  /** Counts the changes of a project, so that what was made from its rows is known to be old. */
  readonly #changes = new Map<string, number>();

  constructor({ database }: Pick<Services, 'database'>) {
    this.#database = database;
  }

  /** `other`: there is a file of this name with another content. */
  async claim(row: PypiFile): Promise<'new' | 'same' | 'other'> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('pypiFiles')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 1n) {
      this.#changed(row.project);
      return 'new';
    }
    return (await this.file(row.project, row.file))?.digest === row.digest ? 'same' : 'other';
  }

  file(project: string, file: string): Promise<PypiFile | undefined> {
    const found = this.#db.selectFrom('pypiFiles').selectAll().where('project', '=', project);
    return found.where('file', '=', file).executeTakeFirst();
  }

  files(project: string): Promise<PypiFile[]> {
    return this.#db
      .selectFrom('pypiFiles')
      .selectAll()
      .where('project', '=', project)
      .orderBy('file')
      .execute();
  }

  async projects(seen: Seen): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('pypiFiles')
      .select('project')
      .distinct()
      .where(named('project', seen))
      .orderBy('project')
      .execute();
    return rows.map(({ project }) => project);
  }

  /** Marks all files of a version, or takes the mark away. Gives how many there are. */
  async yank(project: string, version: string, reason: string | null): Promise<number> {
    const { numUpdatedRows } = await this.#db
      .updateTable('pypiFiles')
      .set({ yanked: reason })
      .where('project', '=', project)
      .where('version', '=', version)
      .executeTakeFirst();
    this.#changed(project);
    return Number(numUpdatedRows);
  }

  /** Another number after each change. */
  state(project: string): number {
    return this.#changes.get(project) ?? 0;
  }

  #changed(project: string): void {
    this.#changes.set(project, this.state(project) + 1);
    this.#changes.set('', this.state('') + 1);
  }

  get #db(): Services['database']['db'] {
    return this.#database.db;
  }
}

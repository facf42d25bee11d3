import { type RawBuilder, sql } from 'kysely';
import type { Seen } from '../access/scope.ts';

/** The condition that a column holds one of the names that are shown. */
export function named(column: string, seen: Seen): RawBuilder<boolean> {
  if (seen === undefined) return sql<boolean>`TRUE`;
  if (seen.length === 0) return sql<boolean>`FALSE`;
  const each = seen.map(({ text, isPrefix }) =>
    isPrefix ? sql`${sql.ref(column)} GLOB ${`${text}*`}` : sql`${sql.ref(column)} = ${text}`,
  );
  return sql<boolean>`(${sql.join(each, sql` OR `)})`;
}

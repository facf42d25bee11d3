import type { PlannedAction, TreeExpression } from '../action/index.ts';

/** Ids of the actions whose output an expression needs. */
export function actionsOf(expression: TreeExpression, found: Set<string> = new Set()): Set<string> {
  const stack: TreeExpression[] = [expression];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (next.kind === 'output') found.add(next.action);
    else if (next.kind === 'merge') stack.push(...next.of);
    else if (next.kind === 'changed') stack.push(next.of, next.since);
    else if (next.kind === 'where') stack.push(next.of, next.within);
    else if ('of' in next) stack.push(next.of);
  }
  return found;
}

/** Ids of the actions that must have run before `action`. */
export function needsOf(action: PlannedAction): string[] {
  const found = actionsOf(action.work);
  for (const mount of action.mounts) actionsOf(mount.tree, found);
  return [...found];
}

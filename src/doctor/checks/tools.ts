import type { Examined, NeededTool } from '../examined.ts';
import { broken, fine, found, together, warning } from '../found.ts';
import type { DoctorReport, Finding } from '../model.ts';
import { inDeclared } from '../no-workspace.ts';

export function checkTools(examined: Examined): DoctorReport {
  return inDeclared(examined, 'tool/available', ({ declared: { tools, system } }) => {
    const ofSystem = system.map(({ severity, message, hint }) => {
      const more = { ...(hint === undefined ? {} : { remedy: commandOf(hint) }) };
      return severity === 'error'
        ? broken('tool/system', message, more)
        : warning('tool/system', message, more);
    });
    const there =
      system.length === 0 ? [fine('tool/system', 'all of dependencies.system is there')] : ofSystem;
    return together([found(...availableTools(tools), ...tools.flatMap(missingTool)), found(...there)]);
  });
}

/** Those of the lock are told together. */
function availableTools(tools: readonly NeededTool[]): readonly Finding[] {
  const good = tools.filter(({ problems }) => problems.length === 0);
  const locked = good.filter(({ isLocked }) => isLocked).map(({ name, version }) => `${name} ${version}`);
  const own = good
    .filter(({ isLocked }) => !isLocked)
    .map(({ name, version, place }) => {
      const at = place === undefined ? '' : `, ${place}`;
      return fine(
        'tool/available',
        `${name} of this machine${version === 'host' ? '' : `: ${version}`}${at}`,
      );
    });
  return [
    ...own,
    ...(locked.length > 0 ? [fine('tool/available', `of the lock: ${locked.join(', ')}`)] : []),
  ];
}

function missingTool({ problems, neededBy }: NeededTool): readonly Finding[] {
  return problems.map(({ message, hint }) => {
    const detail = neededBy.length > 0 ? [`needed by ${neededBy.join(', ')}`] : [];
    return broken('tool/available', message, {
      detail,
      ...(hint === undefined ? {} : { remedy: commandOf(hint) }),
    });
  });
}

/** The command in a hint that holds just one, else the hint. */
export function commandOf(hint: string): string {
  const commands = [...hint.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
  return commands.length === 1 ? commands[0]! : hint;
}

/** Paths that a shell command calls as programs, as they are written: `./build.sh`, `scripts/a.sh`. What a variable names is not known. */
export function calledPaths(command: string): readonly string[] {
  const parts = command.replaceAll(/\\\n/g, ' ').split(/&&|\|\||[;|&\n(){}]/);
  return [...new Set(parts.flatMap((part) => calledPath(part) ?? []))];
}

const BEFORE_A_PROGRAM =
  /^(?:\s*(?:[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|[^\s"']*)|exec|time|nice|env|then|do|else|if|while|!)(?=\s))*\s*/;

function calledPath(part: string): string | undefined {
  const rest = part.replace(BEFORE_A_PROGRAM, '');
  const [, quoted, plain] = /^(?:"([^"$`]+)"|([^\s"'$`*?<>~]+))(?=\s|$)/.exec(rest) ?? [];
  const word = quoted ?? plain;
  return word?.includes('/') && !word.startsWith('/') ? word : undefined;
}

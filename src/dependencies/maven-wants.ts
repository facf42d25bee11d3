interface Node {
  readonly files: readonly string[];
  readonly wants: readonly string[];
}

/** Modules with files that a module asks for, itself or through modules that have none (a POM alone, one in whose place another stands). */
export function wantsWithFiles(module: string, nodes: ReadonlyMap<string, Node>): readonly string[] {
  const found = new Set<string>();
  const seen = new Set([module]);
  const queue = [...(nodes.get(module)?.wants ?? [])];
  for (let at = 0; at < queue.length; at++) {
    const wanted = queue[at]!;
    const node = nodes.get(wanted);
    if (!node || seen.has(wanted)) continue;
    seen.add(wanted);
    if (node.files.length > 0) found.add(wanted);
    else queue.push(...node.wants);
  }
  return [...found];
}

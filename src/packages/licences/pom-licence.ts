/** What a POM says of its licences, of which one is enough; those of a parent stand in the parent. */
export function pomLicence(pom: string): string | undefined {
  const text = pom.replace(/<!--[\s\S]*?-->/g, '');
  const [, block = ''] = /<licenses>([\s\S]{0,4000}?)<\/licenses>/.exec(text) ?? [];
  const names = [...block.matchAll(/<name>\s*([^<]{1,200}?)\s*<\/name>/g)].map(([, name]) => name!);
  return names.length > 0 ? names.join(' OR ') : undefined;
}

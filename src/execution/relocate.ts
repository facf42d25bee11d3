/** Where a path of the sandbox may begin: at the start, or behind what separates words and list elements. */
const SANDBOX_PATH = /(^|[\s:=,;'"(<>|&])\/(w|deps|tools|tmp|home)(?=$|[\s:,;'")/<>|&])/g;

/** Without namespaces the sandbox's folders lie below `folder`; with them (`undefined`) the text stays as it is. */
export function relocate(text: string, folder: string | undefined): string {
  return folder === undefined
    ? text
    : text.replace(SANDBOX_PATH, (_, before: string, name: string) => `${before}${folder}/${name}`);
}

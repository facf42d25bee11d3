/** Whether a path stays in the folder that it is relative to. */
export function isOwnPath(path: string): boolean {
  return !/^\/|(^|\/)\.\.(\/|$)|\\/.test(path);
}

/** `group:artifact` of `group:artifact:version`. */
export function mavenModule(coordinate: string): string {
  return coordinate.split(':', 2).join(':');
}

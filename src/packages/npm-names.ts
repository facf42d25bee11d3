const PART = '[a-z0-9][a-z0-9._~-]*';
const MOST_CHARACTERS = 214;
const NAME = new RegExp(`^(?:@${PART}/)?${PART}$`);
const VERSION = /^\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[0-9A-Za-z.-]{1,100})?(?:\+[0-9A-Za-z.-]{1,100})?$/;

/** As npm allows new packages to be called. */
export function isNpmName(name: string): boolean {
  return name.length <= MOST_CHARACTERS && NAME.test(name);
}

/** Three numbers, perhaps with a prerelease and metadata: what npm publishes. */
export function isNpmVersion(version: string): boolean {
  return VERSION.test(version);
}

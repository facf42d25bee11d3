/**
 * Where the public export of OSV is: a folder `<Ecosystem>/all.zip` for each ecosystem, as its documentation
 * (https://google.github.io/osv.dev/data) has it. A mirror of that layout stands in its place by this variable, or by `--from`.
 */
export const EXPORT_ADDRESS = 'https://osv-vulnerabilities.storage.googleapis.com';
export const EXPORT_VARIABLE = 'MOBILEOPS_OSV_EXPORT';

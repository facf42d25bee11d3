/** The coursier that resolves Maven packages. */
export const COURSIER = 'io.get-coursier:coursier-cli_2.13:2.1.24';

/** SHA-256 over the sorted lines `<jar> <sha256>` of it and all that it needs. */
export const COURSIER_JARS_HASH = 'ab6178f289f75083283102b9cbd7452c09692e42bfa7340f10918a7beb2bfd22';

/** Pure-Python wheels that bring coursier's jars when nothing of Maven is there yet. */
export const BOOTSTRAP_WHEELS: readonly (readonly [spec: string, sha256: string])[] = [
  ['jgo==3.2.0', 'a7a255b9dba13a9397d4a1c8937ad820699c6b8131cef1b8844c2016038d189e'],
  ['requests==2.34.2', '2a0d60c172f83ac6ab31e4554906c0f3b3588d37b5cb939b1c061f4907e278e0'],
  ['certifi==2026.10.18', '73191c47aaa79da394e8fee2dbc2ec827432cab56311122c9e47abf79e390f62'],
  ['idna==3.20', 'ab7ae7122974553370f0bdb919e1a960b2cd1bc1ef0276416d896db81c14582c'],
  ['urllib3==2.8.0', '0cf3cae568d36aa9576b28dfb35f11328f1cb974ca7647d9475ebb86c75ac6e3'],
  ['charset-normalizer==3.5.2', 'b6b751274acb69d77b3323d6b7dbaa3c7fdfc1eb829b7eb61d262f32e1af9685'],
  ['semver==3.1.1', 'c00cf7dac88a352bc6a4a997d6ac0bf95ba835c589bc0c54f7b76f9e2a45123a'],
  ['typing-extensions==4.16.0', '481caa481374e813c1b176ada14e97f1f67a4539ce9cfeb3f350d78d6370c2e8'],
];

/** Arguments: the wheels' folder, a Maven repository folder, a coordinate. Prints the jars' paths as JSON. */
export const BOOTSTRAP_PROGRAM = `
import json, pathlib, sys, types
site, repository, coordinate = sys.argv[1:4]
sys.path.insert(0, site)
# Its command line and its Java starter ask for these; the resolver does not.
for unused in ("cjdk", "psutil", "tomli_w"):
    sys.modules[unused] = types.ModuleType(unused)
from jgo.maven import MavenContext
context = MavenContext(repo_cache=pathlib.Path(repository), timeout=60)
asked = context.create_dependency(coordinate)
inputs, dependencies = context.resolver.resolve([asked])
jars = {str(each.artifact.resolve()) for each in [asked, *inputs, *dependencies]}
json.dump(sorted(jars), sys.stdout)
`;

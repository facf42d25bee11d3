/** The package ecosystems that we know, by the names that OSV gives them. */
export const ECOSYSTEMS = ['PyPI', 'npm', 'Maven', 'Debian', 'Ubuntu', 'Go', 'crates.io'] as const;

export type Ecosystem = (typeof ECOSYSTEMS)[number];

/**
 * The name under which an ecosystem knows a package: `PyYAML`, `pyyaml` and `py.yaml` are told apart by no index. npm and Maven
 * mean capitals; npm has old names with them that differ from a newer one in nothing else.
 */
export function normalizeName(ecosystem: Ecosystem, name: string): string {
  switch (ecosystem) {
    case 'PyPI':
      return SIMPLE.test(name) ? name : name.toLowerCase().replace(/[-_.]+/g, '-');
    case 'Debian':
    case 'Ubuntu':
      return name.toLowerCase();
    default:
      return name;
  }
}

const SIMPLE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

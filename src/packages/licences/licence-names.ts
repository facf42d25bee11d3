/**
 * Names in use that mean one licence of the list and no other, in small letters: those of Debian's copyright files, of the
 * metadata of Python and of POMs. `BSD` or `Apache` alone mean several, so they stay names.
 */
const NAMES: Readonly<Record<string, string>> = {
  MIT: 'expat|mit license|the mit license|mit licence|the mit license (mit)|mit license (mit)|mit-license',
  'Apache-2.0':
    'apache 2|apache 2.0|apache-2|apache2|apache2.0|apache license 2.0|apache licence 2.0|apache license, version 2.0|apache license version 2.0|the apache license, version 2.0|the apache software license, version 2.0|apache software license 2.0|apache v2|asl 2.0|al-2.0|apache license v2.0|apache-2.0 license',
  'BSD-2-Clause':
    'bsd 2-clause|bsd-2|2-clause bsd|simplified bsd|simplified bsd license|bsd 2-clause license|freebsd',
  'BSD-3-Clause':
    'bsd 3-clause|bsd-3|3-clause bsd|3-clause bsd license|new bsd|new bsd license|modified bsd|modified bsd license|revised bsd|bsd 3-clause license|the bsd 3-clause license|the new bsd license|bsd license 3|bsd-3-clause license',
  ISC: 'isc license|isc license (iscl)|the isc license',
  'MPL-2.0':
    'mpl 2.0|mpl-2|mozilla public license 2.0|mozilla public license 2.0 (mpl 2.0)|mozilla public license version 2.0|mozilla public license, version 2.0',
  'MPL-1.1': 'mpl 1.1|mozilla public license 1.1|mozilla public license 1.1 (mpl 1.1)',
  'PSF-2.0': 'psf license|python software foundation license|psf',
  'EPL-1.0': 'eclipse public license 1.0|eclipse public license - v 1.0|eclipse public license v1.0',
  'EPL-2.0': 'eclipse public license 2.0|eclipse public license v2.0|eclipse public license - v 2.0|epl 2.0',
  'CDDL-1.0': 'cddl 1.0|common development and distribution license 1.0',
  'CC0-1.0': 'cc0|cc0 1.0|cc0 1.0 universal',
  Zlib: 'zlib/libpng license|the zlib license|zlib license',
  'BSL-1.0':
    'boost|boost software license 1.0|boost software license, version 1.0|boost software license 1.0 (bsl-1.0)',
  Unlicense: 'the unlicense|the unlicense (unlicense)',
  'GPL-1.0-only': 'gpl-1',
  'GPL-1.0-or-later': 'gpl-1+|gpl-1.0+',
  'GPL-2.0-only':
    'gpl-2|gpl-2.0|gplv2|gpl v2|gnu general public license v2 (gplv2)|gnu general public license v2.0|gnu gplv2',
  'GPL-2.0-or-later': 'gpl-2+|gpl-2.0+|gplv2+|gnu general public license v2 or later (gplv2+)',
  'GPL-3.0-only':
    'gpl-3|gpl-3.0|gplv3|gpl v3|gnu general public license v3 (gplv3)|gnu general public license v3.0|gnu gplv3',
  'GPL-3.0-or-later': 'gpl-3+|gpl-3.0+|gplv3+|gnu general public license v3 or later (gplv3+)',
  'LGPL-2.0-only': 'lgpl-2|lgpl-2.0|lgplv2|gnu lesser general public license v2 (lgplv2)',
  'LGPL-2.0-or-later': 'lgpl-2+|lgpl-2.0+|lgplv2+|gnu lesser general public license v2 or later (lgplv2+)',
  'LGPL-2.1-only': 'lgpl-2.1|lgplv2.1|gnu lesser general public license v2.1',
  'LGPL-2.1-or-later': 'lgpl-2.1+|lgplv2.1+',
  'LGPL-3.0-only': 'lgpl-3|lgpl-3.0|lgplv3|gnu lesser general public license v3 (lgplv3)',
  'LGPL-3.0-or-later': 'lgpl-3+|lgpl-3.0+|lgplv3+|gnu lesser general public license v3 or later (lgplv3+)',
  'AGPL-3.0-only': 'agpl-3|agpl-3.0|gnu affero general public license v3',
  'AGPL-3.0-or-later': 'agpl-3+|agpl-3.0+|gnu affero general public license v3 or later (agplv3+)',
  'GFDL-1.2-only': 'gfdl-1.2|gfdl-1.2-no-invariants-only',
  'GFDL-1.2-or-later': 'gfdl-1.2+',
  'GFDL-1.3-only': 'gfdl-1.3',
  'GFDL-1.3-or-later': 'gfdl-1.3+|gfdl-1.3+-no-invariants',
};

export const LICENCE_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([id, names]) => names.split('|').map((name) => [name, id] as const)),
);

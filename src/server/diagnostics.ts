/** Codes of this module. */
export const serverDiagnostics = {
  'server/folder-in-use': {
    title: 'Another server works in this folder',
    explanation:
      'One server at a time holds a data folder. Its file `running` names the process; one of a process that ended counts for nothing.',
  },
  'server/database-damaged': {
    title: 'The database of a server is damaged or gone',
    explanation:
      'It is checked at every start, and a file that was there and is gone, empty, cut off or damaged is never replaced by a new one: names, tags, tokens and the audit log are in it, the content itself lies in `blobs/`. `copies/` holds copies that the server makes of it every day.',
  },
  'server/database-refused': {
    title: 'The database of a server cannot be opened',
    explanation: 'The rights are missing, the disk is full, or another program holds the file.',
  },
  'server/no-data': {
    title: 'There is no server in this folder',
    explanation: 'The folder of a server has its database in it from the first start on.',
  },
  'server/newer-data': {
    title: 'A newer version wrote this data',
    explanation: 'The database has changes that this version does not know. It is left as it is.',
  },
  'server/cannot-listen': {
    title: 'A server cannot listen at its address',
    explanation:
      'Another program has the port, the user may not take it, or the address is not of this machine.',
  },
  'server/bad-certificate': {
    title: 'The certificate of a server cannot be used',
    explanation:
      '`--tls-cert` names a PEM file with the certificate and its chain, `--tls-key` the PEM file with its key.',
  },
} as const;

export type ServerCode = keyof typeof serverDiagnostics;

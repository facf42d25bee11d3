/** The uv that resolves and that makes environments: it runs before any lock exists, so its hashes stand here. */
export const UV_VERSION = '0.13.9';

/** SHA-256 of its wheels: Linux x86-64 and arm64 (glibc, musl), macOS arm64. */
export const UV_WHEELS: readonly string[] = [
  'd7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19',
  'ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375',
  '5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe',
  '2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25',
  '66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63',
];

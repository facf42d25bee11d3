/** What a client is answered instead of what it asked for. The face that it called gives it the form that its clients read. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  /** A word for programs, stable within a face. */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Further facts as data. */
  readonly detail: object | undefined;

  constructor(
    status: number,
    code: string,
    more: { message: string; headers?: Readonly<Record<string, string>>; detail?: object },
  ) {
    super(more.message);
    this.status = status;
    this.code = code;
    this.headers = more.headers ?? {};
    this.detail = more.detail;
  }
}

export function notFound(message: string): HttpError {
  return new HttpError(404, 'not-found', { message });
}

export function badRequest(message: string, detail?: object): HttpError {
  return new HttpError(400, 'bad-request', { message, ...(detail ? { detail } : {}) });
}

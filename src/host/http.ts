import type { Result } from '../base/index.ts';

/** One request as it goes out: nothing is added to it but `Host`, and neither a redirect nor a retry is done for it. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, `http:` or `https:`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  readonly signal?: AbortSignal;
  /** How long no byte may move in either direction, the wait for the answer's first byte included. */
  readonly stallTimeoutMs: number;
  /** The same for the wait between the body's last byte and the answer's first, where that takes longer. */
  readonly answerTimeoutMs?: number;
  /** For a host that its user declared insecure: the certificate is not checked. */
  readonly acceptsAnyCertificate?: boolean;
}

/** Bytes that are sent as the connection takes them, so that a big one is never held. */
export interface HttpBody {
  readonly sizeBytes: number;
  /** Fills `buffer` from the current place; the count of bytes, 0 at the end. Called once for each part, in order. */
  read(buffer: Uint8Array): number;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; what came twice is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Hands the body over as it comes; what `take` does is waited for, so that nothing piles up. `take` returns `false` to
   * want no more, which ends the connection. Gives the count of bytes handed over. Once only.
   */
  read(take: (chunk: Uint8Array) => boolean): Promise<Result<number, HttpFailure>>;
  /** Wants nothing of the body. */
  discard(): void;
}

/** Why there is no answer, or no more of it. */
export type HttpFailure =
  /** Refused, reset, not found, ended before the end: what a retry may mend. `isReused`: a kept connection had been closed meanwhile. */
  | { readonly kind: 'connection'; readonly code: string; readonly isReused: boolean }
  /** The other side has no TLS, or a certificate that is not trusted. */
  | { readonly kind: 'tls'; readonly code: string; readonly isPlainHttp: boolean }
  | { readonly kind: 'stalled'; readonly afterMs: number }
  /** What came is not HTTP, or its head is too large. */
  | { readonly kind: 'malformed'; readonly code: string }
  | { readonly kind: 'interrupted' };

/** The network, as far as HTTP/1.1 goes. */
export interface Http {
  exchange(request: HttpRequest): Promise<Result<HttpResponse, HttpFailure>>;
}

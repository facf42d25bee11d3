import type { ReactNode } from 'react';
import type { Resource } from './use-resource.ts';

/** What a resource gives, or that it is on its way, or why it is not there. */
export function Loaded<T>({
  of,
  children,
}: {
  readonly of: Resource<T>;
  readonly children: (value: T) => ReactNode;
}) {
  const { value, error, reload } = of;
  if (error !== undefined && value === undefined) {
    return (
      <div className="notice bad row spread" role="alert">
        <span>{error}</span>
        <button type="button" onClick={reload}>
          Try again
        </button>
      </div>
    );
  }
  if (value === undefined) return <p className="muted loading">Loading…</p>;
  return children(value);
}

export function Empty({ children }: { readonly children: ReactNode }) {
  return <div className="card empty">{children}</div>;
}

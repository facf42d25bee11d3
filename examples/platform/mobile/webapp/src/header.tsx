import { type Source, useOnline } from './use-simulation.ts';

const SUBTITLES: Readonly<Record<Source, string>> = {
  simulated: 'Platform status, simulated',
  live: 'Platform status, live',
  lost: 'The platform does not answer',
};

export function Header({ source }: { source: Source }) {
  const isOnline = useOnline();
  return (
    <header>
      <svg viewBox="0 0 32 32" width="36" height="36" aria-hidden="true" className="mark">
        <rect width="32" height="32" rx="8" />
        <path d="M5 17h5l3-8 5 14 3-8 1.5 2H27" />
      </svg>
      <div className="title">
        <h1>MobileOps</h1>
        <p className={source === 'lost' ? 'is-lost' : undefined}>{SUBTITLES[source]}</p>
      </div>
      <span className={isOnline ? 'badge' : 'badge is-offline'} role="status">
        {isOnline ? 'Online' : 'Offline, still working'}
      </span>
    </header>
  );
}

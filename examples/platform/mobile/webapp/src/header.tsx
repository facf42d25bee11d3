import { useOnline } from './use-simulation.ts';

export function Header({ isLive }: { isLive: boolean }) {
  const isOnline = useOnline();
  return (
    <header>
      <svg viewBox="0 0 32 32" width="36" height="36" aria-hidden="true" className="mark">
        <rect width="32" height="32" rx="8" />
        <path d="M5 17h5l3-8 5 14 3-8 1.5 2H27" />
      </svg>
      <div className="title">
        <h1>MobileOps</h1>
        <p>{isLive ? 'Platform status, live' : 'Platform status, simulated'}</p>
      </div>
      <span className={isOnline ? 'badge' : 'badge is-offline'} role="status">
        {isOnline ? 'Online' : 'Offline, still working'}
      </span>
    </header>
  );
}

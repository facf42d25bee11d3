import { createContext, type MouseEvent, type ReactNode, useContext, useEffect, useState } from 'react';
import { type Address, formatAddress, parseAddress } from '../model/address.ts';

export interface Navigation {
  readonly address: Address;
  /** `replace`: going back does not stop here. */
  readonly go: (address: Address, how?: 'replace') => void;
}

const Place = createContext<Navigation | undefined>(undefined);

export function useNavigation(): Navigation {
  const place = useContext(Place);
  if (!place) throw new Error('outside of the page');
  return place;
}

const here = (): Address => parseAddress(location.pathname, location.search);

/** The address of the browser as a value, and the way to another one without loading the page anew. */
export function NavigationProvider({ children }: { readonly children: ReactNode }) {
  const [address, setAddress] = useState(here);
  useEffect(() => {
    const onPop = (): void => setAddress(here());
    addEventListener('popstate', onPop);
    return () => removeEventListener('popstate', onPop);
  }, []);
  const go: Navigation['go'] = (to, how) => {
    if (how === 'replace') history.replaceState(undefined, '', formatAddress(to));
    else history.pushState(undefined, '', formatAddress(to));
    setAddress(to);
    if (to.page !== address.page) {
      scrollTo(0, 0);
      document.getElementById('content')?.focus({ preventScroll: true });
    }
  };
  return <Place value={{ address, go }}>{children}</Place>;
}

export interface LinkProps {
  readonly to: Address;
  readonly children: ReactNode;
  readonly className?: string;
  readonly isHere?: boolean;
}

/** A real link, so that it can be opened elsewhere, which a plain click follows within the page. */
export function Link({ to, children, className, isHere }: LinkProps) {
  const { go } = useNavigation();
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a
      href={formatAddress(to)}
      className={className}
      onClick={follow}
      aria-current={isHere ? 'page' : undefined}
    >
      {children}
    </a>
  );
}

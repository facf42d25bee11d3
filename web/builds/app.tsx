import { lazy, Suspense } from 'react';
import { ListPage } from './list/list-page.tsx';
import { NavigationProvider, useNavigation } from './parts/navigation.tsx';

/** Of its own, so that the first view of the list is small. */
const BuildPage = lazy(() => import('./build/build-page.tsx'));

export function App() {
  return (
    <NavigationProvider>
      <CurrentPage />
    </NavigationProvider>
  );
}

function CurrentPage() {
  const { address } = useNavigation();
  if (address.page === 'list') return <ListPage address={address} />;
  return (
    <Suspense fallback={<p className="muted loading">Loading…</p>}>
      <BuildPage key={address.id} address={address} />
    </Suspense>
  );
}

import { Suspense, useEffect, useState, type JSX } from 'react';
import styles from './app.module.css';
import { ErrorBoundary } from './error-boundary.tsx';
import { MESSAGES } from './messages.ts';
import { ROUTES, routeOf, type Route } from './routes.ts';
import { ThemeSwitch } from './theme-switch.tsx';

function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(window.location.hash));
  useEffect(() => {
    const follow = (): void => setRoute(routeOf(window.location.hash));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return route;
}

/** The shell: navigation (a rail when wide, a bar below when narrow) and the panel in it. */
export function App(): JSX.Element {
  const route = useRoute();
  useEffect(() => {
    document.title = `${route.name} · ${MESSAGES.name}`;
  }, [route]);
  return (
    <div className={styles.shell}>
      <header className={styles.rail}>
        <a className={styles.skip} href={`#/${route.id}`} onClick={focusMain}>
          {MESSAGES.skip}
        </a>
        <p className={styles.name}>{MESSAGES.name}</p>
        <nav aria-label={MESSAGES.navigation}>
          <ul className={styles.links}>
            {ROUTES.map(({ id, name }) => (
              <li key={id}>
                <a href={`#/${id}`} aria-current={id === route.id ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <ThemeSwitch />
      </header>
      <main id="main" className={styles.main} tabIndex={-1}>
        <ErrorBoundary key={route.id}>
          <Suspense fallback={<p>{MESSAGES.loading}</p>}>
            <route.Panel />
          </Suspense>
        </ErrorBoundary>
      </main>
    </div>
  );
}

/** The skip link moves the focus; the hash belongs to the panel's state. */
function focusMain(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

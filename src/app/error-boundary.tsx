import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { MESSAGES } from './messages.ts';

interface State {
  readonly error: Error | null;
}

/** Catches a bug in a panel, says so, and offers two ways back. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <ErrorNote title={MESSAGES.crashed}>
        <p>{error.message}</p>
        <p>{MESSAGES.crashedHelp}</p>
        <Button onClick={() => this.setState({ error: null })}>{MESSAGES.again}</Button>{' '}
        <Button
          onClick={() => {
            window.location.hash = '';
            this.setState({ error: null });
          }}
        >
          {MESSAGES.reset}
        </Button>
      </ErrorNote>
    );
  }
}

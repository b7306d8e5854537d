import { useLayoutEffect, useMemo, useRef, useState, type JSX } from 'react';
import type { ExactNorms } from '../../../math/exact-norms.ts';
import type { ConvOperator } from '../../../math/operator.ts';
import type { Focus } from '../../../model/layer/focus.ts';
import type { MatrixColorMode, RendererWish } from '../../../model/layer/matrix-view.ts';
import { saveCsv, savePng, saveSvg } from './exports.ts';
import { figureOf } from './figure.ts';
import { Legend } from './legend.tsx';
import styles from './matrix-view.module.css';
import { MATRIX_TEXT } from './messages.ts';
import { Readout, spokenEntry } from './readout.tsx';
import { drawScene, type Look, type Scene } from './scene.ts';
import { Status } from './status.tsx';
import { Toolbar } from './toolbar.tsx';
import { useGestures, type Place } from './use-gestures.ts';
import { useLook } from './use-look.ts';
import { useMatrixCanvas, type Wanted } from './use-matrix-canvas.ts';
import { useNavigation, type Glance } from './use-navigation.ts';
import { useSize } from './use-size.ts';
import { useTheme } from './use-theme.ts';
import { viewportOf, visibleEntries, WHOLE } from './viewport.ts';

/** Properties and callbacks of the picture of M. */
export interface MatrixViewProps {
  readonly operator: ConvOperator;
  /** Null while they are being computed: the charts and the lit row and column wait for them. */
  readonly norms: ExactNorms | null;
  /** What is looked at anywhere in the panel, and what is pinned. */
  readonly focus: Focus | null;
  readonly pinned: Focus | null;
  readonly onFocus: (focus: Focus | null) => void;
  readonly onPin: (focus: Focus | null) => void;
  readonly colorMode: MatrixColorMode;
  /** Which part of M is in view; called with every requested change. */
  readonly glance: Glance;
  readonly onGlance: (change: Partial<Glance>) => void;
  readonly onColorMode: (mode: MatrixColorMode) => void;
  /** Who draws; `auto` unless a test wants one of the two. */
  readonly wish?: RendererWish;
}

const entryFocus = (place: Place | null): Focus | null =>
  place === null ? null : { kind: 'entry', row: place.row, column: place.column };

/** The entry to read out: the focus, or else the pinned one, when it is an entry. */
function readPlace(focus: Focus | null, pinned: Focus | null): Place | null {
  if (focus?.kind === 'entry') return focus;
  return pinned?.kind === 'entry' ? pinned : null;
}

function Overlay({ scene, look, ratio }: { scene: Scene; look: Look; ratio: number }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    // Setting a font asks for the page's styles: in the frame they are worked out anyway.
    const frame = requestAnimationFrame(() => {
      const element = canvas.current;
      const context = element?.getContext('2d');
      if (!element || !context) return;
      element.width = Math.round(scene.width * ratio);
      element.height = Math.round(scene.height * ratio);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawScene(context, scene, look);
    });
    return () => cancelAnimationFrame(frame);
  }, [scene, look, ratio]);
  const size = { width: scene.width, height: scene.height };
  return (
    <canvas
      ref={canvas}
      className={styles.overlay}
      style={size}
      data-part="overlay"
      aria-hidden="true"
    />
  );
}

/**
 * The unrolled matrix M at true size: the whole in view, zoom and pan down to single entries, colours
 * by value, tap or tap set, sums at the margins, the parts that attain the norms lit.
 */
export function MatrixView(props: MatrixViewProps): JSX.Element {
  const { operator, norms, focus, pinned, onFocus, onPin, colorMode: mode, wish = 'auto' } = props;
  const figure = useRef<HTMLDivElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const look = useLook(theme);
  const size = useSize(figure);
  const [spoken, setSpoken] = useState('');
  const [notice, setNotice] = useState<string | null>(null);
  const pin = (place: Place | null): void => onPin(entryFocus(place));
  const { stage, frame, view, setView, setSquare, zoomBy, onKey } = useNavigation(operator, size, {
    onPin: pin,
    glance: props.glance,
    onGlance: props.onGlance,
    onCursor: (cursor) => {
      setSpoken(spokenEntry(operator, cursor));
      onFocus(entryFocus(cursor));
    },
  });
  const { ratio } = size;
  const { row, column, zoom } = view;
  const { rows, columns, width, height, square } = stage;
  const wanted = useMemo<Wanted | null>(() => {
    if (width <= 1 || height <= 1) return null;
    const from = { rows, columns, width, height, square };
    const viewport = viewportOf(from, { row, column, zoom }, ratio);
    return {
      width: Math.round(width * ratio),
      height: Math.round(height * ratio),
      viewport,
      mode,
      theme,
    };
  }, [rows, columns, width, height, square, row, column, zoom, ratio, mode, theme]);
  const { status, picture } = useMatrixCanvas(host, operator, { wanted, ratio, wish });
  useGestures(host, {
    stage,
    view,
    onView: setView,
    onPick: pin,
    onHover: (at) => onFocus(entryFocus(at)),
  });
  const scene = figureOf({
    operator,
    norms,
    stage,
    view,
    frame,
    focus,
    pinned,
    mode,
    theme,
    ratio,
    margins: status.margins,
    largest: status.largest,
  });
  const save = async (kind: 'png' | 'svg' | 'csv'): Promise<string | null> => {
    if (kind === 'csv') return saveCsv(operator, visibleEntries(stage, view));
    const png = await picture();
    const title = `${MATRIX_TEXT.title}, ${MATRIX_TEXT.shape(rows, columns)}`;
    await (kind === 'svg'
      ? saveSvg(scene, look, { png, title })
      : savePng(scene, look, { png, ratio }));
    return null;
  };
  const onSave = (kind: 'png' | 'svg' | 'csv'): void =>
    void save(kind).then(setNotice, (error: unknown) =>
      setNotice(`${MATRIX_TEXT.saveFailed} ${(error as Error).message}`),
    );
  return (
    <section className={styles.view} aria-label={MATRIX_TEXT.title}>
      <div className={styles.head}>
        <h2 className={styles.title}>
          {MATRIX_TEXT.title} <span>{MATRIX_TEXT.shape(rows, columns)}</span>
        </h2>
        <Toolbar
          mode={mode}
          square={square}
          zoom={zoom}
          onSquare={setSquare}
          onZoom={zoomBy}
          onMode={props.onColorMode}
          onFit={() => setView(WHOLE)}
          onSave={onSave}
        />
      </div>
      <div ref={figure} className={styles.figure}>
        {/* An application takes keys by its nature; the rules know only widgets. */}
        {/* oxlint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
        <div
          ref={host}
          className={styles.stage}
          style={{ left: frame.left, top: frame.top, width, height }}
          data-zoomed={zoom > 0}
          tabIndex={0}
          role="application"
          aria-roledescription={MATRIX_TEXT.role}
          aria-label={MATRIX_TEXT.label(rows, columns)}
          onKeyDown={onKey}
        />
        {/* eslint-enable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
        <Overlay scene={scene} look={look} ratio={ratio} />
      </div>
      <div className={styles.foot}>
        <Readout operator={operator} place={readPlace(focus, pinned)} />
        <p className="visually-hidden" aria-live="polite">
          {spoken}
        </p>
        <Legend operator={operator} mode={mode} theme={theme} largest={status.largest} />
        <Status status={status} notice={notice} />
      </div>
    </section>
  );
}

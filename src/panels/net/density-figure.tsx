import { useMemo, useRef, useState, type JSX } from 'react';
import { csvText, pngBlob, svgText } from '../../charts/export.ts';
import { KdeChart, type KdeWords } from '../../charts/kde-chart.tsx';
import { kdeTable } from '../../charts/kde-paths.ts';
import type { NetEntry } from '../../state/net-store.ts';
import { Button } from '../../ui/button.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { Select } from '../../ui/select.tsx';
import { useTheme } from '../../ui/use-theme.ts';
import {
  densityFigure,
  FIGURE_2,
  readingText,
  type DensityWishes,
  type DrawnNorm,
  type LayerGroup,
} from './density-data.ts';
import { TEXT } from './messages.ts';
import styles from './net.module.css';

const WORDS = TEXT.density;
const FILE = 'layer-norms';

interface OptionsProps {
  readonly wishes: DensityWishes;
  readonly change: (wishes: DensityWishes) => void;
}

function optionsOf<T extends string>(
  words: Readonly<Record<T, string>>,
): { value: T; label: string }[] {
  return (Object.keys(words) as T[]).map((value) => ({ value, label: words[value] }));
}

function Bandwidth({ wishes, change }: OptionsProps): JSX.Element {
  const [typed, setTyped] = useState(0.5);
  const [wrong, setWrong] = useState(false);
  const rule = typeof wishes.rule === 'number' ? 'typed' : wishes.rule;
  const takeFactor = (factor: number): void => {
    setTyped(factor);
    setWrong(!(factor > 0));
    if (factor > 0) change({ ...wishes, rule: factor });
  };
  return (
    <>
      <Select
        label={WORDS.rule}
        value={rule}
        options={optionsOf(WORDS.rules)}
        onChange={(next) => change({ ...wishes, rule: next === 'typed' ? typed : next })}
      />
      {rule === 'typed' && (
        <NumberField
          label={WORDS.factor}
          value={typed}
          min={0.05}
          step={0.05}
          error={wrong ? WORDS.factorWrong : undefined}
          onChange={takeFactor}
        />
      )}
    </>
  );
}

function Options({ wishes, change }: OptionsProps): JSX.Element {
  return (
    <div className={styles.options}>
      <Select<DrawnNorm>
        label={WORDS.norm}
        value={wishes.norm}
        options={optionsOf(WORDS.norms)}
        onChange={(norm) => change({ ...wishes, norm })}
      />
      <Bandwidth wishes={wishes} change={change} />
      <fieldset className={styles.groups}>
        <legend>{WORDS.layers}</legend>
        {(Object.keys(WORDS.kinds) as LayerGroup[]).map((group) => (
          <label key={group}>
            <input
              type="checkbox"
              checked={wishes.groups[group]}
              onChange={(event) =>
                change({ ...wishes, groups: { ...wishes.groups, [group]: event.target.checked } })
              }
            />{' '}
            {WORDS.kinds[group]}
          </label>
        ))}
      </fieldset>
    </div>
  );
}

/** The density of the norms of all open nets, as the paper draws its Figure 2. */
export function DensityFigure({ nets }: { readonly nets: readonly NetEntry[] }): JSX.Element {
  const theme = useTheme();
  const svg = useRef<SVGSVGElement>(null);
  const [wishes, setWishes] = useState<DensityWishes>(FIGURE_2);
  const { series, remarks } = useMemo(() => {
    const drawn = nets.map(({ summary: { id, name, layers }, rows, color }) => ({
      id,
      name,
      layers,
      rows,
      color,
    }));
    return densityFigure(drawn, wishes, theme);
  }, [nets, wishes, theme]);
  const names = new Map(nets.map(({ summary }) => [summary.id, summary.name]));
  const words: KdeWords = {
    ...{ title: WORDS.title, x: WORDS.axes[wishes.norm], y: WORDS.y, legend: WORDS.legend },
    ...{ cursor: WORDS.cursor, help: WORDS.help },
    reading: (reading) => readingText(reading, series, names),
  };
  const savePng = async (): Promise<void> => {
    if (svg.current !== null) saveFile(`${FILE}.png`, await pngBlob(svg.current));
  };
  return (
    <section aria-label={WORDS.title} className={styles.figurePart}>
      <div className={styles.bar}>
        <h2>{WORDS.title}</h2>
        <div className={styles.buttons}>
          <Button
            onClick={() =>
              svg.current && saveFile(`${FILE}.svg`, svgText(svg.current), 'image/svg+xml')
            }
          >
            {WORDS.svg}
          </Button>
          <Button onClick={() => void savePng()}>{WORDS.png}</Button>
          <Button onClick={() => saveFile(`${FILE}.csv`, csvText(kdeTable(series)), 'text/csv')}>
            {WORDS.csv}
          </Button>
        </div>
      </div>
      <Options wishes={wishes} change={setWishes} />
      <KdeChart series={series} words={words} svgRef={svg} />
      <div role="status">
        {remarks.map((remark) => (
          <p key={remark} className={styles.remark}>
            {remark}
          </p>
        ))}
      </div>
      <p className={styles.small}>{WORDS.about}</p>
    </section>
  );
}

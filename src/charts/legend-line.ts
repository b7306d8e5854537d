/** Height of a line of a legend, in pixels. */
export const LEGEND_LINE = 18;

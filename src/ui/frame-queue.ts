/** What waits for its turn. */
export type Turn = () => void;

/** When a turn was asked for, counted in turns that had been taken by then, and its place among equals. */
interface Ticket {
  readonly asked: number;
  readonly place: number;
}

/** One turn after the other, first come first served, each in a frame of its own. */
export class FrameQueue {
  readonly #waiting = new Map<Turn, Ticket>();
  #taken = 0;
  #due = false;

  /** @param later runs what it is given once, after what the page shows has been brought up to date */
  constructor(private readonly later: (act: () => void) => void) {}

  /**
   * Asks for a turn; who waits already keeps its ticket.
   *
   * @param place order among those who ask between the same two turns, smallest first
   */
  ask(turn: Turn, place = 0): void {
    if (!this.#waiting.has(turn)) this.#waiting.set(turn, { asked: this.#taken, place });
    this.#arrange();
  }

  /** Lets go of a turn that was asked for. */
  drop(turn: Turn): void {
    this.#waiting.delete(turn);
  }

  #next(): Turn | undefined {
    const order = [...this.#waiting].sort(([, a], [, b]) => a.asked - b.asked || a.place - b.place);
    return order[0]?.[0];
  }

  #arrange(): void {
    if (this.#due || this.#waiting.size === 0) return;
    this.#due = true;
    this.later(() => {
      this.#due = false;
      const turn = this.#next();
      if (turn === undefined) return;
      this.#waiting.delete(turn);
      this.#taken += 1;
      try {
        turn();
      } finally {
        this.#arrange();
      }
    });
  }
}

import { ATTACK_FIELDS } from '../../model/attack/kinds.ts';
import { defaultAttack } from '../../model/attack/lists.ts';
import {
  ATTACK_PLAN_FORMAT,
  ATTACK_PLAN_VERSION,
  AttackPlanError,
  checkAttackPlan,
  DEFAULT_ATTACK_PLAN,
  type AttackPlan,
} from '../../model/attack/plan.ts';
import type { AttackState, AttackStore } from './store.ts';
import { documentOfQuery, documentQuery, leavesOf } from '../document-link.ts';
import { followQuery } from '../follow-query.ts';
import type { LinkWindow } from '../layer/link.ts';

/** What a link leaves unsaid: the default, and an attack's own defaults. */
function unsaid({ attack: { kind } }: AttackPlan): ReturnType<typeof leavesOf> {
  const own = kind in ATTACK_FIELDS ? defaultAttack(kind as keyof typeof ATTACK_FIELDS) : { kind };
  const before = leavesOf({ ...DEFAULT_ATTACK_PLAN, attack: own });
  if (kind !== DEFAULT_ATTACK_PLAN.attack.kind) before.delete('attack.kind');
  return before;
}

/** A plan as the query of a link: only what differs from the default; empty for the default. */
export function planQuery(plan: AttackPlan): string {
  return documentQuery(plan, unsaid(plan));
}

/** The plan that a query describes. @throws AttackPlanError naming the part that cannot be read. */
export function planOfQuery(query: string): AttackPlan {
  const head = { format: ATTACK_PLAN_FORMAT, version: ATTACK_PLAN_VERSION };
  const refuse = (path: string, reason: string): Error => new AttackPlanError(path, reason);
  return checkAttackPlan(documentOfQuery(query, head, refuse));
}

/** The plan that is on screen: of the chosen evaluation, else of the form. */
export function shownPlan({ evaluations, selected, plan }: AttackState): AttackPlan {
  return evaluations.find(({ record: { id } }) => id === selected)?.record.plan ?? plan;
}

function openQuery(store: AttackStore, query: string): void {
  const { openPlan, select, setLinkProblem } = store.getState();
  select(null);
  try {
    openPlan(planOfQuery(query));
    setLinkProblem(null);
  } catch (error) {
    openPlan(DEFAULT_ATTACK_PLAN);
    setLinkProblem((error as Error).message);
  }
}

/**
 * Keeps the form and the address in step, both ways, until the returned function is called. A link that
 * cannot be read stays in the address until something is changed.
 */
export function followAttackLink(store: AttackStore, page?: LinkWindow): () => void {
  return followQuery(
    {
      place: '#/attack',
      query: () => planQuery(shownPlan(store.getState())),
      open: (query) => openQuery(store, query),
      subscribe: (changed) =>
        store.subscribe((state, before) => {
          if (shownPlan(state) === shownPlan(before)) return;
          if (state.linkProblem !== null && shownPlan(state) === DEFAULT_ATTACK_PLAN) return;
          if (state.linkProblem !== null) state.setLinkProblem(null);
          changed();
        }),
    },
    page,
  );
}
